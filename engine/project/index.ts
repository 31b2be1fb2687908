export { runRestoreJob } from './backup/restore-job.ts';
export { createProjectArea } from './calls.ts';
export { cloneProject } from './git/clone.ts';
export { createJobsArea } from './jobs-calls.ts';
export { entryUrlOf, startEngineFor } from './open-project.ts';
