import { GalleyError } from '../base/errors.ts';
import { listed } from '../base/words.ts';
import type { ModelVersion } from '../contract/package.ts';
import type { RunDetail } from '../contract/train.ts';
import type { RankingMetric } from './judge.ts';
import type { CompareInput, Contender } from './judged-rows.ts';
import type { StepPhases } from './step-tools.ts';

/** A version and the run that it comes from. */
export interface Side {
  version: ModelVersion;
  run: RunDetail;
}

export interface Match {
  champion: Side;
  challenger: Side;
  metric: RankingMetric;
  margin: number;
}

/** @throws GalleyError of package */
export async function sideOf({ phases }: StepPhases, reference: string): Promise<Side> {
  const { version } = await phases.packages.handlers.show({ reference });
  return { version, run: await phases.train.handlers.show({ run: version.runId }) };
}

/** What a job needs to judge both on the rows that neither was trained on. @throws GalleyError of data, package and train */
export async function compareInput(
  tools: StepPhases,
  { champion, challenger, metric, margin }: Match,
): Promise<CompareInput> {
  return {
    task: champion.run.run.task,
    target: champion.version.target,
    metric: { name: metric.name, lowerIsBetter: metric.lowerIsBetter },
    margin,
    champion: await contender(tools, champion),
    challenger: await contender(tools, challenger),
    seed: champion.run.recipe.seed,
  };
}

/**
 * Both answer the rows that the challenger comes from, so these must have what the champion needs.
 * @throws GalleyError `retrain.not_comparable`
 */
export function requireComparable({ champion, challenger }: Match, input: CompareInput): void {
  const there = new Set(input.challenger.dataset.columns.map(({ name }) => name));
  const missing = input.champion.signature.inputs.map(({ name }) => name).filter((name) => !there.has(name));
  if (missing.length === 0) return;
  const { model, version } = champion.version;
  throw new GalleyError(
    'retrain.not_comparable',
    `Version ${version} of ${model} needs ${listed(missing)}, which the rows that version ${challenger.version.version} was trained on do not have.`,
    { details: { model, champion: version, challenger: challenger.version.version, missing } },
  );
}

async function contender({ phases }: StepPhases, { version, run: { recipe } }: Side): Promise<Contender> {
  const dataset = await phases.train.rows(version.runId);
  const { signature } = await phases.packages.handlers.show({ reference: `${version.model}@${version.version}` });
  return {
    onnx: version.onnx.path,
    signature,
    dataset: {
      identity: dataset.identity,
      paths: dataset.paths,
      columns: dataset.schema.map(({ name, type }) => ({ name, type })),
      timeColumn: dataset.timeColumn,
    },
    keyColumns: phases.train.stored(version.runId).detail.keyColumns,
    rowIdentity: recipe.rowIdentity,
    window: recipe.window,
    split: recipe.split,
  };
}
