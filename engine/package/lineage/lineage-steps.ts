import type { Static } from 'typebox';
import { GalleyError } from '../../base/errors.ts';
import { count, metricName } from '../../base/words.ts';
import type { LineageStep } from '../../contract/package.ts';
import type { DataPhase } from '../../data/index.ts';
import { type StoredRun, toRun } from '../../train/index.ts';
import type { StoredModel, StoredVersion } from '../store.ts';
import type { Sources } from '../views.ts';

type Step = Static<typeof LineageStep>;

/** From the files that were read to the deployments that serve a version. */
export async function lineageOf(
  sources: Sources,
  data: DataPhase,
  model: StoredModel,
  version: StoredVersion,
): Promise<Step[]> {
  const run = sources.train.stored(version.runId);
  const dataset = `${run.datasetName}@${run.datasetVersion}`;
  const shown = await data.handlers.show({ reference: dataset }).catch(whereItIsGone);
  const isIt = shown?.version.identity === run.recipe.dataset;
  const size = isIt
    ? `${count(shown.version.rows, 'row')}, ${count(shown.version.columns.length, 'column')}`
    : 'was deleted';
  return [
    ...(isIt ? sourceSteps(shown.lineage.sources) : []),
    { kind: 'dataset', id: run.datasetVersionId, title: dataset, lines: [size, run.recipe.dataset], phase: 'data' },
    runStep(run),
    {
      kind: 'version',
      id: version.id,
      title: `${model.name}@${version.version}`,
      lines: [`${count(version.onnxBytes, 'byte')} of ONNX`, `parity on ${count(version.parityRows, 'row')}`],
      phase: 'package',
    },
    ...deploymentSteps(sources, version),
  ];
}

/** A dataset that was deleted has no part in the lineage but its name. */
function whereItIsGone(error: unknown): undefined {
  if (!(error instanceof GalleyError && error.kind === 'not_found')) throw error;
}

interface SourceFile {
  name: string;
  md5: string;
  rows: number;
}

/** One step for the files that were read, however many they are. */
function sourceSteps(files: readonly SourceFile[]): Step[] {
  const [first] = files;
  if (!first) return [];
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const others = files.length - 1;
  const title = others === 0 ? first.name : `${first.name} and ${others} more`;
  const origin = others === 0 ? `md5 ${first.md5}` : `${files.length} files, md5 kept of each`;
  return [{ kind: 'source', id: first.md5, title, lines: [count(rows, 'row'), origin], phase: 'data' }];
}

function runStep(stored: StoredRun): Step {
  const { number, learner, metric, metrics, rows } = toRun(stored);
  const value = metrics[metric.name];
  const figure = value === null || value === undefined ? 'undefined' : value.toPrecision(4);
  return {
    kind: 'run',
    id: stored.id,
    title: `run ${number}, ${learner}`,
    lines: [
      stored.recipe.adopted
        ? `from ${stored.recipe.adopted.fileName}, trained elsewhere`
        : `trained on ${count(rows.training, 'row')}`,
      `${metricName(metric.name)} ${figure} on ${count(rows.holdout, 'row')}`,
    ],
    phase: 'train',
  };
}

function deploymentSteps({ context }: Sources, version: StoredVersion): Step[] {
  return context.uses
    .usersOf({ kind: 'model_version', id: version.id })
    .filter(({ kind }) => kind === 'deployment')
    .map(({ id, label }): Step => ({ kind: 'deployment', id, title: label, lines: [], phase: 'deploy' }));
}
