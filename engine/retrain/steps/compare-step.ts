import type { ModelVersion } from '../../contract/package.ts';
import type { Decision } from '../../contract/retrain.ts';
import type { RunDetail, Split } from '../../contract/train.ts';
import type { CompareInput, Contender } from '../compare-job.ts';
import { type Comparison, type DecisionFacts, decide, unchanged } from '../decision.ts';
import type { RunRecord } from '../run-record.ts';
import type { StepOutcome } from '../step-states.ts';
import { jobResult, type StepTools } from '../step-tools.ts';
import type { StoredPipeline } from '../store.ts';
import type { NewData } from './data-step.ts';
import { refusalByTests } from './model-tests.ts';

export interface Contest {
  pipeline: StoredPipeline;
  data: NewData;
  champion: ModelVersion;
  championRun: RunDetail;
  challenger: ModelVersion;
  record: RunRecord;
}

/** Judges both models on the rows that neither was trained on. A refusal is written down with this step. */
export async function compareModels(
  tools: StepTools,
  contest: Contest,
): Promise<{ result: Decision; outcome: StepOutcome; conclude: () => void }> {
  const decision = await reachDecision(tools, contest);
  return {
    result: decision,
    outcome: { cached: contest.challenger.id === contest.champion.id, summary: decision.reason },
    conclude: () => {
      if (!decision.promoted) contest.record.decide(decision);
    },
  };
}

async function reachDecision(tools: StepTools, contest: Contest): Promise<Decision> {
  const { champion, challenger, pipeline, data, championRun } = contest;
  const holdout = holdoutInWords(championRun.recipe.split, data.description);
  const facts = { champion: champion.version, metric: champion.metric, holdout };
  if (challenger.id === champion.id) return unchanged(facts);
  const comparison = await compare(tools, contest);
  const decision = decide({
    ...facts,
    challenger: challenger.version,
    margin: pipeline.margin,
    comparison,
  } satisfies DecisionFacts);
  if (!decision.promoted) return decision;
  const refusal = await refusalByTests(tools, challenger);
  return refusal === undefined ? decision : { ...decision, promoted: false, reason: refusal };
}

async function compare(tools: StepTools, contest: Contest): Promise<Comparison> {
  const { champion, challenger, championRun, pipeline } = contest;
  const challengerRun = await tools.phases.train.handlers.show({ run: challenger.runId });
  const input: CompareInput = {
    task: championRun.run.task,
    target: champion.target,
    metric: champion.metric,
    margin: pipeline.margin,
    champion: await contender(tools, champion, championRun),
    challenger: await contender(tools, challenger, challengerRun),
    seed: championRun.recipe.seed,
  };
  return jobResult<Comparison>(tools, () =>
    tools.context.jobs.submit<Comparison, Comparison>({
      kind: 'retrain.compare',
      title: `Compare ${pipeline.model} ${challenger.version} with ${champion.version}`,
      input,
      commit: (comparison) => comparison,
    }),
  );
}

async function contender({ phases }: StepTools, version: ModelVersion, { recipe }: RunDetail): Promise<Contender> {
  const dataset = await phases.train.rows(version.runId);
  const { signature } = await phases.packages.handlers.show({ reference: `${version.model}@${version.version}` });
  return {
    onnx: version.onnx.path,
    signature,
    dataset: {
      identity: dataset.identity,
      paths: dataset.paths,
      columns: dataset.schema.map(({ name, type }) => ({ name, type })),
    },
    keyColumns: phases.train.stored(version.runId).detail.keyColumns,
    rowIdentity: recipe.rowIdentity,
    window: recipe.window,
    split: recipe.split,
  };
}

function holdoutInWords(split: Split, data: string): string {
  if (split.kind === 'dataset') return `all of ${split.reference.split('@', 1)[0]}`;
  return `${splitInWords(split)} of ${data}`;
}

function splitInWords(split: Exclude<Split, { kind: 'dataset' }>): string {
  switch (split.kind) {
    case 'every-nth':
      return `every row whose position divides by ${split.every}`;
    case 'random':
      return `a random ${Math.round(100 * split.holdout)} %`;
    case 'time':
      return `the last ${Math.round(100 * split.holdout)} % by ${split.by}`;
    case 'group':
      return `${Math.round(100 * split.holdout)} % of the groups of ${split.by}`;
    case 'stratified':
      return `a random ${Math.round(100 * split.holdout)} % of each ${split.by}`;
    case 'column':
      return `the rows with ${split.values.join(' or ')} in ${split.by}`;
  }
}
