import { basename } from 'node:path';
import type { Job } from '../../contract/jobs.ts';
import type { DeploymentTarget } from '../versions.ts';
import { type PredictParts, partsFolder } from './predict-file.ts';
import type { FileOrder, FileOutcome, PredictFilesInput } from './predict-files-job.ts';

/**
 * Has one job score files, each beside the others, and tells of each.
 * @param onOutcome is called for each file as soon as it is done; what it throws ends the job
 * @throws GalleyError those of the package phase
 */
export async function predictFiles(
  { context, versions }: PredictParts,
  { model, version }: Pick<DeploymentTarget, 'model' | 'version'>,
  files: FileOrder[],
  onOutcome: (outcome: FileOutcome, jobId: string) => void,
): Promise<Job> {
  const served = await versions.served(model, version.version);
  const input: PredictFilesInput = { served, versionId: version.id, files, partsFolder: partsFolder(context) };
  const names = files.length === 1 ? basename((files[0] as FileOrder).path) : `${files.length} files`;
  return context.jobs.submit<{ files: number }, { files: number }>({
    kind: 'deploy.predictFiles',
    title: `Score ${names} with ${model}@${version.version}`,
    input,
    commit: (output) => output,
    onReport: (report, jobId) => onOutcome(report as FileOutcome, jobId),
  });
}
