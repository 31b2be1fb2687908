import { GalleyError } from '../base/errors.ts';
import type { ProjectInfo } from '../contract/project.ts';

/** That a pipeline's file came from elsewhere, so that nothing of it runs. @param file within the project */
export function untrustedPipeline({ name, path }: ProjectInfo, file: string): GalleyError {
  return new GalleyError(
    'retrain.untrusted_pipeline',
    `The project ${name} came from elsewhere; nobody on this machine has trusted its ${file} yet.`,
    { details: { project: path, file } },
  );
}
