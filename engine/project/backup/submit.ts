import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { Job } from '../../contract/jobs.ts';
import type { projectCalls } from '../../contract/project.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { BackupInput, BackupOutput } from './backup-job.ts';
import { backupExists } from './contents.ts';
import type { RestoreInput, RestoreOutput } from './restore-job.ts';

/** Starts the job that writes the project into one file. @throws GalleyError `project.backup_exists`, `store.not_writable` */
export function submitBackup(context: EngineContext, path: string): Job {
  const to = resolve(path);
  if (existsSync(to)) throw backupExists(to);
  if (!existsSync(dirname(to))) {
    throw new GalleyError('store.not_writable', `The folder ${dirname(to)} is not there.`, { details: { path: to } });
  }
  const { project, version, clock } = context;
  const input: BackupInput = {
    folder: project.path,
    to,
    version,
    project: { id: project.id, name: project.name },
    createdAt: isoTime(clock.now()),
  };
  return context.jobs.submit<BackupOutput, OutputOf<typeof projectCalls.backup>>({
    kind: 'project.backup',
    title: `Back up ${project.name}`,
    input,
    commit: (output) => ({ path: to, ...output }),
  });
}

/** Starts the job that makes a project of a backup. */
export function submitRestore(context: EngineContext, input: RestoreInput): Job {
  return context.jobs.submit<RestoreOutput, RestoreOutput>({
    kind: 'project.restore',
    title: `Restore ${input.file}`,
    input,
    commit: (output) => output,
  });
}
