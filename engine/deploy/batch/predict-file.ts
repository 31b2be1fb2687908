import { existsSync } from 'node:fs';
import { extname, isAbsolute, join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { deployCalls } from '../../contract/deploy.ts';
import type { Job } from '../../contract/jobs.ts';
import type { DataPhase } from '../../data/index.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { ModelVersions } from '../versions.ts';
import type { PredictInput, PredictOutput } from './predict-job.ts';
import { type ScoredSource, sourceName } from './scored-table.ts';

type PredictResult = OutputOf<typeof deployCalls.predict>;

/** What scoring needs of the engine. */
export interface PredictParts {
  context: EngineContext;
  versions: ModelVersions;
  data: Pick<DataPhase, 'open'>;
}

/**
 * Has a job score a file or a dataset version.
 * @throws GalleyError `deploy.unknown_format`, `deploy.target_busy`, `data.*` of a reference, and those of the package phase
 */
export async function predictFile(
  { context, versions, data }: PredictParts,
  { reference, in: given, out: target }: InputOf<typeof deployCalls.predict>,
): Promise<Job> {
  const source = await openSource(data, given);
  checkFormat(target);
  const { model, version } = await versions.resolve(reference);
  const served = await versions.served(model, version.version);
  if (context.jobs.mentions(`"target":${JSON.stringify(target)}`)) {
    const message = `Another job writes ${target} just now.`;
    throw new GalleyError('deploy.target_busy', message, { details: { path: target } });
  }
  const partsFolder = join(context.project.path, 'run', 'scored');
  const input: PredictInput = { served, versionId: version.id, source, target, partsFolder };
  return context.jobs.submit<PredictOutput, PredictResult>({
    kind: 'deploy.predict',
    title: `Score ${sourceName(source)} with ${model}@${version.version}`,
    input,
    commit: (output) => ({ ...output, out: target }),
  });
}

/** A path is a file; other words name a dataset version where there is no such file. */
async function openSource(data: Pick<DataPhase, 'open'>, given: string): Promise<ScoredSource> {
  if (isAbsolute(given) || existsSync(given)) {
    checkFormat(given);
    return { kind: 'file', path: given };
  }
  const { dataset, number, paths, schema, rows, identity } = await data.open(given);
  return { kind: 'dataset', reference: `${dataset.name}@${number}`, paths, schema, rows, identity };
}

function checkFormat(path: string): void {
  if (['.csv', '.parquet'].includes(extname(path).toLowerCase())) return;
  throw new GalleyError('deploy.unknown_format', `${path} is neither a .csv nor a .parquet file.`, {
    details: { path },
  });
}
