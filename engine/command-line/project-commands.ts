import { resolve } from 'node:path';
import { GalleyError } from '../base/errors.ts';
import type { OutputOf } from '../contract/call.ts';
import type { jobCalls } from '../contract/jobs.ts';
import type { ProjectInfo, projectCalls } from '../contract/project.ts';
import { type Command, daysFlag, given, usageError } from './command.ts';
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
  {
    words: 'backup',
    usage: 'FILE',
    summary: 'Writes the whole project into one file, while everything goes on.',
    example: 'galley backup ridership.galley.tar',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'project.backup',
    input: ([to = '']) => ({ to: resolve(to) }),
    print: ({ path, files, bytes }: OutputOf<typeof projectCalls.backup>) => [
      `${files.toLocaleString('en-US')} files, ${bytes.toLocaleString('en-US')} bytes in ${path}`,
    ],
  },
  {
    words: 'restore',
    usage: 'FILE --to DIR',
    summary: 'Makes a project of a backup, every file verified.',
    example: 'galley restore ridership.galley.tar --to ./ridership',
    flags: { to: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'project.restore',
    input: ([file = ''], flags) => {
      if (typeof flags.to !== 'string') throw usageError('--to names the folder that the project is restored to.');
      return { file: resolve(file), to: resolve(flags.to) };
    },
    withoutProject: {
      wanted: () => true,
      run: async (input, { progress, signal }) => {
        const { runRestoreJob } = await import('../project/index.ts');
        const throwIfCanceled = () => {
          if (signal.aborted) throw new GalleyError('job.canceled', 'The restoring was stopped.');
        };
        return runRestoreJob(input as { file: string; to: string }, { progress, throwIfCanceled });
      },
    },
    print: ({ project, files, bytes }: OutputOf<typeof projectCalls.restore>) => [
      `Project ${project.name} in ${project.path}: ${files.toLocaleString('en-US')} files, ${bytes.toLocaleString('en-US')} bytes, all as they were.`,
    ],
  },
  {
    words: 'user',
    usage: '[--set NAME]',
    summary:
      'The name under which your changes are written down in all projects; an empty one goes back to that of the machine.',
    example: 'galley user --set "Ada Lovelace"',
    flags: { set: { type: 'string' } },
    positionals: { minimum: 0, maximum: 0 },
    call: ({ set }) => (set === undefined ? 'project.user' : 'project.setUser'),
    input: (_, { set }) => given({ name: set }),
    print: ({ name, set }: OutputOf<typeof projectCalls.user>) => [
      set === null ? `${name}, the user of this machine.` : name,
    ],
  },
  {
    words: 'gc',
    usage: '[--dry-run] [--older-than 30d]',
    summary: 'Empties the bin, removes what can be made again, and says how much room that gives.',
    example: 'galley gc --older-than 30d',
    flags: { 'dry-run': { type: 'boolean' }, 'older-than': { type: 'string' } },
    positionals: { minimum: 0, maximum: 0 },
    call: 'project.gc',
    input: (_, flags) => given({ dryRun: flags['dry-run'], olderThanDays: daysFlag(flags, 'older-than') }),
    print: ({ freed, bin, dryRun }: OutputOf<typeof projectCalls.gc>) => [
      `${dryRun ? 'Would free' : 'Freed'} ${freed.toLocaleString('en-US')} bytes: ${bin.versions} versions and ${bin.datasets} datasets, ${bin.modelVersions} model versions and ${bin.models} models of the bin, caches, and what trainings kept to go on from.`,
      ...(bin.busy > 0 ? [`${bin.busy} versions stay in the bin: a job that runs reads them.`] : []),
    ],
  },
];
