import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { jobCalls } from '../contract/jobs.ts';
import type { ProjectInfo, projectCalls } from '../contract/project.ts';
import { type Command, given } from './command.ts';
import { table } from './table.ts';

export const projectCommands: Command[] = [
  {
    words: 'init',
    usage: '[DIR] [--name N]',
    summary: 'Makes a project of a folder.',
    example: 'galley init ./ridership',
    flags: { name: { type: 'string' } },
    positionals: { minimum: 0, maximum: 1 },
    call: 'project.show',
    input: () => ({}),
    print: ({ project }: { project: ProjectInfo }) => [`Project ${project.name} in ${project.path}`],
    json: ({ project }: { project: ProjectInfo }) => ({ project }),
    projectPath: ([folder], flags) => resolve(folder ?? String(flags.project ?? '.')),
  },
  {
    words: 'jobs',
    usage: '',
    summary: 'The latest jobs.',
    example: 'galley jobs',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'jobs.list',
    input: () => given({ limit: 50 }),
    print: ({ jobs }: OutputOf<typeof jobCalls.list>) =>
      table(
        ['job', 'title', 'state', 'created'],
        jobs.map((job) => [job.id, job.title, job.state, job.createdAt]),
      ),
  },
  {
    words: 'verify',
    usage: '',
    summary: 'Checks every stored file and row; exit 1 where something is damaged.',
    example: 'galley verify',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'project.verify',
    input: () => ({}),
    print: ({ ok, blobs, bytes, problems }: OutputOf<typeof projectCalls.verify>) => [
      ok ? `Whole: ${blobs} files, ${bytes.toLocaleString('en-US')} bytes.` : 'Damaged:',
      ...problems.map((problem) => problem.message),
    ],
    exitCode: ({ ok }: OutputOf<typeof projectCalls.verify>) => (ok ? 0 : 1),
  },
];
