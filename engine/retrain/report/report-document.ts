import { figure, percent } from '../../base/figures.ts';
import { count, metricName, sentence } from '../../base/words.ts';
import type {
  Artifact,
  ComparisonArtifact,
  DecisionArtifact,
  DeploymentArtifact,
  EvaluationArtifact,
  LabelledComparison,
  RunArtifact,
} from '../../contract/retrain-artifacts.ts';
import type { RunDetail } from '../../contract/train.ts';
import { type Block, type CardDocument, type ChartBlock, intervalChart, type Section } from '../../package/index.ts';

/** What a report is of. */
export interface ReportFacts {
  project: string;
  pipeline: string;
  run: number;
  /** What started it, in words. */
  trigger: string;
  /** ISO 8601. */
  madeAt: string;
  artifacts: readonly Artifact[];
  /** By the id of the run. */
  runs: ReadonlyMap<string, RunDetail>;
}

/** The report as sections, what was decided first. */
export function reportDocument(facts: ReportFacts): CardDocument {
  const { artifacts } = facts;
  const of = <Type extends Artifact['type']>(type: Type) =>
    artifacts.filter((artifact): artifact is Extract<Artifact, { type: Type }> => artifact.type === type);
  const decisions = of('decision');
  const decided = new Set(decisions.map(({ comparison }) => JSON.stringify(comparison)));
  const comparisons = [
    ...decisions.map(({ comparison }) => comparison),
    ...of('comparison').filter((comparison) => !decided.has(JSON.stringify(comparison))),
  ];
  return {
    title: `${facts.pipeline}, run ${facts.run}`,
    lead: [
      `Pipeline of the project ${facts.project}, started by ${facts.trigger}`,
      decisions.map(({ reason }) => reason).join(' ') || 'Nothing was decided in what this report is of.',
      `Written ${facts.madeAt.slice(0, 16).replace('T', ' ')} UTC.`,
    ],
    sections: [
      ...decisions.map(decisionSection),
      ...comparisons.map(comparisonSection),
      ...of('deployment').map(deploymentSection),
      ...of('evaluation').map(evaluationSection),
      ...of('run').map((run, index) => runSection(run, facts.runs.get(run.run), index)),
    ],
  };
}

function decisionSection({ passed, reason, checks, by, note }: DecisionArtifact): Section {
  const items: [string, string][] = [['Decision', passed ? 'passed' : 'not passed']];
  if (by !== undefined) items.push([passed ? 'Approved by' : 'Answered by', by]);
  if (note !== undefined && note !== '') items.push(['Note', note]);
  const rows = checks.map(({ name, passed: met, detail }) => [name, met ? 'passed' : 'not passed', detail]);
  const slices = checks.flatMap((check) => check.slices ?? []);
  return {
    title: 'Decision',
    blocks: [
      { kind: 'paragraph', text: reason },
      { kind: 'facts', items },
      ...table(['Held to', 'Result', 'Detail'], rows),
      ...table(
        ['Rows with', 'Rows', 'Champion', 'Challenger', 'Gain', '95 % interval', 'Worse'],
        slices.map(({ column, value, rows: size, champion, challenger, gain, interval, worse }) => [
          `${column} = ${value}`,
          count(size, 'row'),
          ...[champion, challenger, gain].map(shown),
          intervalWords(interval),
          worse ? 'yes' : 'no',
        ]),
      ),
    ],
  };
}

function comparisonSection(comparison: ComparisonArtifact, index: number): Section {
  const { model, champion, challenger, metric, margin, gain, interval, confidence, rows, holdout, labelled } =
    comparison;
  const sides = [
    [`version ${champion.version} (champion)`, shown(champion.value)],
    [`version ${challenger.version} (challenger)`, shown(challenger.value)],
  ];
  return {
    title: `Comparison of ${model}`,
    blocks: [
      ...table(['Version', metricName(metric.name)], sides),
      {
        kind: 'facts',
        items: [
          [
            'Gain',
            `${shown(gain)}, 95 % interval ${intervalWords(interval)}, where more than ${figure(margin)} is wanted`,
          ],
          ['Certainty', confidence === null ? 'unknown' : `${percent(confidence)} of resamples are above the margin`],
          ['Judged on', `${count(rows, 'row')}: ${holdout}`],
        ],
      },
      ...gainChart(comparison, index),
      ...(labelled ? [labelledBlock(labelled)] : []),
    ],
  };
}

function gainChart({ gain, interval, margin, metric, challenger }: ComparisonArtifact, index: number): ChartBlock[] {
  if (gain === null) return [];
  const [low = null, high = null] = interval ?? [];
  const title = `Gain in ${metricName(metric.name)}`;
  const label = `The challenger's gain is ${figure(gain)}, its 95 % interval ${intervalWords(interval)}.`;
  const row = { label: `version ${challenger.version}`, value: gain, low, high };
  const options = { axis: title, reference: { value: margin, name: 'margin' }, label };
  return [
    {
      kind: 'chart',
      name: `gain-${index + 1}`,
      title,
      unit: 'positive is better',
      label,
      drawing: intervalChart([row], options),
    },
  ];
}

function labelledBlock({ deployment, champion, challenger, gain, interval, rows }: LabelledComparison): Block {
  const items: [string, string][] = [
    ['Requests of', `${deployment}, ${count(rows, 'labelled row')}`],
    ['Champion and challenger', `${shown(champion)} and ${shown(challenger)}`],
    ['Gain there', `${shown(gain)}, 95 % interval ${intervalWords(interval)}`],
  ];
  return { kind: 'facts', items };
}

function deploymentSection({ model, version, deployment, as = 'live' }: DeploymentArtifact): Section {
  const where = deployment === null ? 'nothing serves it' : `${deployment} answers with it`;
  return { title: 'Deployment', blocks: [{ kind: 'facts', items: [[`${model} ${version}`, `${where} (${as})`]] }] };
}

function evaluationSection({ figures, lines }: EvaluationArtifact): Section {
  const rows = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? figure(value) : String(value ?? 'undefined'),
  ]);
  return {
    title: 'Evaluation',
    blocks: [...lines.map((text): Block => ({ kind: 'paragraph', text })), ...table(['Figure', 'Value'], rows)],
  };
}

function runSection({ number }: RunArtifact, detail: RunDetail | undefined, index: number): Section {
  const title = `Run ${number}`;
  if (detail === undefined) return { title, blocks: [{ kind: 'paragraph', text: 'This run was deleted.' }] };
  const { run, recipe } = detail;
  const rows = Object.entries(run.metrics).map(([name, value]) => [
    metricName(name),
    shown(value),
    intervalWords(run.intervals[name] ?? null),
  ]);
  return {
    title,
    blocks: [
      {
        kind: 'facts',
        items: [
          ['Learner', run.learner],
          ['Predicts', `${recipe.target} of ${run.dataset.name}@${run.dataset.version}`],
          ['Rows', `${count(run.rows.training, 'row')} to train on, ${count(run.rows.holdout, 'row')} held out`],
          ...(detail.headline ? ([['Finding', sentence(detail.headline.title)]] as [string, string][]) : []),
        ],
      },
      ...table(['On the holdout', 'Value', '95 % interval'], rows),
      ...metricChart(detail, index),
    ],
  };
}

function metricChart({ run: { metric, metrics, intervals } }: RunDetail, index: number): ChartBlock[] {
  const value = metrics[metric.name] ?? null;
  if (value === null) return [];
  const [low = null, high = null] = intervals[metric.name] ?? [];
  const title = `${metricName(metric.name)} on the holdout`;
  const label = `${title}: ${figure(value)}, 95 % interval ${intervalWords(intervals[metric.name] ?? null)}.`;
  const drawing = intervalChart([{ label: metricName(metric.name), value, low, high }], { axis: title, label });
  return [{ kind: 'chart', name: `run-${index + 1}`, title, unit: '95 % interval', label, drawing }];
}

function table(titles: readonly string[], rows: string[][]): Block[] {
  return rows.length === 0 ? [] : [{ kind: 'table', columns: titles.map((title) => ({ title })), rows }];
}

function shown(value: number | null | undefined): string {
  return value === null || value === undefined ? 'undefined' : figure(value);
}

function intervalWords(interval: readonly number[] | null): string {
  const [low, high] = interval ?? [];
  return low === undefined || high === undefined ? 'unknown' : `${figure(low)} to ${figure(high)}`;
}
