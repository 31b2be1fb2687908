import { existsSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { deployCalls } from '../../contract/deploy.ts';
import { errorCatalogue } from '../../contract/error-catalogue.ts';
import type { Job } from '../../contract/jobs.ts';
import { namesFile } from '../../contract/names-file.ts';
import type { DataPhase } from '../../data/index.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { uploadsFolder } from '../../store/project.ts';
import type { ModelVersions } from '../versions.ts';
import type { PredictInput, PredictOutput } from './predict-job.ts';
import { type ScoredSource, sourceName } from './scored-table.ts';
import { tableFormat } from './table-format.ts';

type PredictResult = OutputOf<typeof deployCalls.predict>;

/** What scoring needs of the engine. */
export interface PredictParts {
  context: EngineContext;
  versions: ModelVersions;
  data: Pick<DataPhase, 'open'>;
}

/**
 * Has a job score a file or a dataset version.
 * @throws GalleyError `deploy.unknown_format`, `deploy.not_writable`, `deploy.target_busy`, `data.*` of a reference, and those of the package phase
 */
export async function predictFile(
  parts: PredictParts,
  { reference, in: given, out: target }: InputOf<typeof deployCalls.predict>,
): Promise<Job> {
  const { context, versions } = parts;
  const source = await openSource(parts, given);
  checkTarget(target);
  const { model, version } = await versions.resolve(reference);
  const served = await versions.served(model, version.version);
  requireFree(context, target);
  const input: PredictInput = { served, versionId: version.id, source, target, partsFolder: partsFolder(context) };
  return context.jobs.submit<PredictOutput, PredictResult>({
    kind: 'deploy.predict',
    title: `Score ${sourceName(source)} with ${model}@${version.version}`,
    input,
    commit: (output) => ({ ...output, out: target }),
  });
}

/** @throws GalleyError `deploy.target_busy` */
export function requireFree({ jobs }: EngineContext, target: string): void {
  if (!jobs.mentions(`"target":${JSON.stringify(target)}`)) return;
  const message = `Another job writes ${target} just now.`;
  throw new GalleyError('deploy.target_busy', message, { details: { path: target } });
}

/** Where jobs keep answers until their targets are written. */
export function partsFolder({ project }: EngineContext): string {
  return join(project.path, 'run', 'scored');
}

async function openSource({ context, data }: PredictParts, given: string): Promise<ScoredSource> {
  return namesFile(given) ? openFile(context.project.path, given) : openDataset(data, given);
}

function openFile(project: string, path: string): ScoredSource {
  // Where a browser's file lies is nothing that its user knows.
  const name = path.startsWith(uploadsFolder(project) + sep) ? basename(path) : path;
  tableFormat(path, name);
  if (existsSync(path)) return { kind: 'file', path, name };
  const [dataset] = basename(name).split('.');
  const meant = `A version of a dataset is meant by its name alone, as in ${dataset} or ${dataset}@3.`;
  throw new GalleyError('data.file_not_found', `There is no file ${name}.`, {
    hint: `${errorCatalogue['data.file_not_found'].hint} ${meant}`,
    details: { path: name },
  });
}

async function openDataset(data: PredictParts['data'], given: string): Promise<ScoredSource> {
  try {
    const { dataset, number, paths, schema, rows, identity } = await data.open(given);
    return { kind: 'dataset', reference: `${dataset.name}@${number}`, paths, schema, rows, identity };
  } catch (error) {
    if (!(error instanceof GalleyError) || error.code !== 'data.unknown_dataset') throw error;
    const { code, message, details, hint } = error;
    const meant = `A file is meant by its ending, as in ${given}.csv, or its path, as in ./${given}.csv.`;
    throw new GalleyError(code, message, { hint: `${hint} ${meant}`, details });
  }
}

/** @throws GalleyError `deploy.unknown_format`, `deploy.not_writable` */
function checkTarget(path: string): void {
  tableFormat(path);
  const folder = dirname(path);
  if (existsSync(folder)) return;
  throw new GalleyError('deploy.not_writable', `${path} cannot be written: there is no folder ${folder}.`, {
    details: { path },
  });
}
