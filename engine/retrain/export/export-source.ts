import type { Schedule } from '../../contract/retrain-schedule.ts';
import type { ContainerStep } from './container-steps.ts';

/** A pipeline as the targets take it. */
export interface ExportSource {
  pipeline: string;
  /** In the words of its file: any characters. */
  summary: string;
  steps: ContainerStep[];
  schedule: Pick<Schedule, 'cron' | 'timezone'> | null;
  /** Jobs open the remote by a role, with the identity token that they are given, and keep no key. */
  oidc: boolean;
  galleyVersion: string;
  /** UTC epoch milliseconds. */
  at: number;
}

export interface ExportedFile {
  /** With slashes, from the folder of the export. */
  path: string;
  content: string;
  executable?: boolean;
}

/** What a target writes, and what its engineers have to know that is not as in Galley. */
export interface TargetFiles {
  files: ExportedFile[];
  remarks: string[];
}

/** The folder of a pipeline's own files in an export. */
export function pipelineFolder(pipeline: string): string {
  return `galley/${pipeline}`;
}

/** The name of its image and of its objects in a cluster, which have no `_` and end with no `-`. */
export function objectName(pipeline: string): string {
  return `galley-${pipeline.replaceAll(/[-_]+/g, '-').replace(/-$/, '')}`;
}

/** For the top of each file. */
export function madeBy({ pipeline, galleyVersion }: Pick<ExportSource, 'pipeline' | 'galleyVersion'>): string {
  return `The pipeline ${pipeline}, written by Galley ${galleyVersion}. Export it again rather than change this file; ${pipelineFolder(pipeline)}/README.md says how it runs.`;
}

/** What nobody can say in the target's words about the times of a pipeline. */
export function inexpressible(schedule: Pick<Schedule, 'cron' | 'timezone'>): string {
  return `The times of the schedule (\`${schedule.cron}\`, ${schedule.timezone}) cannot be said in one line here, so nothing starts the pipeline by itself.`;
}
