import { extname } from 'node:path';
import { GalleyError } from '../base/errors.ts';
import type { InputOf, OutputOf } from '../contract/call.ts';
import type { deployCalls } from '../contract/deploy.ts';
import type { Job } from '../contract/jobs.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { PredictInput, PredictOutput } from './predict-job.ts';
import type { ModelVersions } from './versions.ts';

type PredictResult = OutputOf<typeof deployCalls.predict>;

/** Has a job score a file. @throws GalleyError `deploy.unknown_format`, and those of the package phase */
export async function predictFile(
  context: EngineContext,
  versions: ModelVersions,
  { reference, in: source, out }: InputOf<typeof deployCalls.predict>,
): Promise<Job> {
  checkFormat(source);
  checkFormat(out);
  const { model, version } = await versions.resolve(reference);
  const input: PredictInput = { served: await versions.served(model, version.version), source, target: out };
  return context.jobs.submit<PredictOutput, PredictResult>({
    kind: 'deploy.predict',
    title: `Score ${source} with ${model}@${version.version}`,
    input,
    commit: (output) => ({ ...output, out }),
  });
}

function checkFormat(path: string): void {
  if (['.csv', '.parquet'].includes(extname(path).toLowerCase())) return;
  throw new GalleyError('deploy.unknown_format', `${path} is neither a .csv nor a .parquet file.`, {
    details: { path },
  });
}
