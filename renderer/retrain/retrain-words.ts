import type { Decision, ListedRun, Pipeline, PipelineRun } from '../../engine/contract/retrain.ts';
import type { ComparisonArtifact, DecisionArtifact } from '../../engine/contract/retrain-artifacts.ts';
import { formatCount, formatNumber, formatQuantity, formatScore, formatSigned, formatTick } from '../ui/format.ts';
import type { StateTone } from '../ui/state-tone.ts';
import { isShare, metricTitle } from '../ui/words.ts';

export interface Evidence {
  title: string;
  detail: string;
}

type Described = Pick<Pipeline, 'renewal' | 'summary' | 'name' | 'triggers'>;

/** When it runs, what it does, and how it decides. */
export function describePipeline({ renewal, summary, name, triggers }: Described): string {
  const wakes = new Set(triggers.list.map(({ trigger }) => trigger.on));
  const ways = [
    ...(wakes.has('schedule') ? ['at its times'] : []),
    ...(renewal?.onAlert || wakes.has('alert') ? ['on an alert'] : []),
    ...(wakes.has('data') || wakes.has('files') ? ['on new data'] : []),
    ...(wakes.has('labels') ? ['on labels'] : []),
    ...(wakes.has('webhook') ? ['when called'] : []),
    'by hand',
  ];
  const when = sentence(ways);
  if (renewal === null) return `${when}: ${summary || `runs pipelines/${name}.yaml`}`;
  const rows = renewal.windowDays === null ? 'all rows' : `the newest ${formatCount(renewal.windowDays)} days`;
  return `${when}: trains ${renewal.model} on ${rows} of ${renewal.dataset}. Releases only what is better${renewal.margin > 0 ? ` by ${formatTick(renewal.margin)}` : ''}.`;
}

export function showValue(decision: Decision, value: number | null): string {
  return isShare(decision.metric.name) ? formatScore(value, 2) : formatNumber(value);
}

/** What a run decided; where it has not yet, what its last gate or a person that it waits for decides about. */
export function decisionOf({ decision, steps }: Pick<PipelineRun, 'decision' | 'steps'>): Decision | undefined {
  if (decision) return decision;
  const artifact = steps.findLast(({ output }) => output?.type === 'decision')?.output;
  return artifact?.type === 'decision' ? decisionMade(artifact) : undefined;
}

/** What a run compared; of several the last. */
export function comparisonOf({ steps }: Pick<PipelineRun, 'steps'>): ComparisonArtifact | undefined {
  const outputs = steps.map(({ output }) => output);
  const last = outputs.findLast((output) => output?.type === 'decision' || output?.type === 'comparison');
  if (last?.type === 'decision') return last.comparison;
  return last?.type === 'comparison' ? last : undefined;
}

/** Why a run that did not fail has no decision, or none yet. */
export function undecided({ status, steps }: Pick<PipelineRun, 'status' | 'steps'>): string {
  if (!steps.some(({ kind }) => kind === null || kind === 'compare' || kind === 'gate'))
    return 'None of its steps compares versions, so there is nothing to decide.';
  return status === 'running'
    ? 'The decision shows here once champion and challenger have been compared.'
    : 'It ended without a decision.';
}

/** How a run stands. */
export function runWord(status: PipelineRun['status']): string {
  return status === 'paused' ? 'waits for you' : status === 'running' ? 'runs now' : status;
}

/** How a run that has an error ended. */
export function endTitle(status: PipelineRun['status']): string {
  return status === 'canceled' ? 'It was stopped' : status === 'interrupted' ? 'It was cut off' : 'It failed';
}

function decisionMade({ comparison, checks, reason, by, note }: DecisionArtifact): Decision {
  const { metric, champion, challenger, gain, interval, rows, holdout, labelled } = comparison;
  return {
    promoted: false,
    reason,
    metric,
    champion,
    challenger,
    gain,
    interval,
    rows,
    holdout,
    checks,
    labelled,
    by,
    note,
  };
}

/** The outcome in one line. */
export function describeDecision(decision: Decision): string {
  const { challenger, champion, promoted, undone } = decision;
  if (undone) return `Version ${challenger.version} was taken back`;
  return promoted
    ? `Version ${challenger.version} took the place of version ${champion.version}`
    : `Version ${champion.version} stays`;
}

/** What speaks for the challenger, and what against it. */
export function weigh(decision: Decision, margin: number): { supporting: Evidence[]; opposing: Evidence[] } {
  const { supporting, opposing } = weighComparison(decision, margin);
  for (const { name, passed, detail } of decision.checks ?? [])
    (passed ? supporting : opposing).push({ title: checkTitle(name), detail });
  if (decision.labelled) {
    const { gain, rows, deployment, unanswered } = decision.labelled;
    const better = gain !== null && gain > 0;
    const found = gain === null ? 'could not be compared' : `a gain of ${formatSigned(gain)}`;
    (better ? supporting : opposing).push({
      title: better ? 'Better on labelled requests' : 'Not better on labelled requests',
      detail: unanswered ?? `${found} on ${formatQuantity(rows, 'request')} of ${deployment}`,
    });
  }
  if (!decision.promoted && opposing.length === 0 && !isOpen(decision))
    opposing.push({ title: 'It was held back', detail: decision.reason });
  return { supporting, opposing };
}

/** Nobody has refused it so far. */
function isOpen({ checks, by }: Decision): boolean {
  return checks !== undefined && by === undefined && checks.every(({ passed }) => passed);
}

const checkTitles: Readonly<Record<string, string>> = {
  gain: 'Better than the champion',
  slices: 'Not worse on a slice',
  fairness: 'Fair between groups',
  model_tests: 'Model tests',
  latency: 'Quick enough',
  bytes: 'Small enough',
  signature: 'Takes what callers send',
  golden: 'Golden rows',
  expectations: 'Rows as expected',
};

/** A condition of a gate by its plain name. */
export function checkTitle(name: string): string {
  const title = checkTitles[name] ?? name.replaceAll('_', ' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}

function weighComparison(decision: Decision, margin: number): { supporting: Evidence[]; opposing: Evidence[] } {
  const supporting: Evidence[] = [];
  const opposing: Evidence[] = [];
  const { gain, interval, rows } = decision;
  const metric = metricTitle(decision.metric.name);
  if (gain === null) return { supporting, opposing: [{ title: 'It could not be compared', detail: decision.reason }] };
  const values = `${metric} ${showValue(decision, decision.challenger.value)} against ${showValue(decision, decision.champion.value)}`;
  (gain > 0 ? supporting : opposing).push({
    title: gain > 0 ? 'Better on the same rows' : 'Not better on the same rows',
    detail: values,
  });
  if (interval?.[0] !== undefined && interval[1] !== undefined) {
    const range = `95 % interval of the gain ${formatSigned(interval[0])} to ${formatSigned(interval[1])}`;
    if (interval[0] > margin) supporting.push({ title: 'Not by chance', detail: range });
    else if (decision.promoted)
      supporting.push({ title: 'Hardly by chance', detail: 'the gain holds in 95 of 100 resamples of the rows' });
    else opposing.push({ title: 'It may be chance', detail: range });
  }
  const enough = gain > margin;
  if (margin > 0)
    (enough ? supporting : opposing).push({
      title: enough ? 'More than the margin' : 'Less than the margin',
      detail: `a gain of ${formatSigned(gain)}, more than ${formatTick(margin)} is asked for`,
    });
  const many = rows >= 100;
  (many ? supporting : opposing).push({
    title: many ? 'Enough rows' : 'Few rows',
    detail: `${formatCount(rows)} rows that neither was trained on`,
  });
  return { supporting, opposing };
}

/** Runs of a pipeline, oldest first. */
export function runsInOrder(runs: readonly ListedRun[]): ListedRun[] {
  return [...runs].sort((a, b) => a.number - b.number);
}

/** `At its times, on an alert and by hand`. */
function sentence(parts: readonly string[]): string {
  const text = new Intl.ListFormat('en', { style: 'long', type: 'conjunction' }).format(parts).replace(', and', ' and');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How a pipeline stands, in a word and a colour. */
export function pipelineState({ fault, lastRun, waiting }: Pick<Pipeline, 'fault' | 'lastRun' | 'waiting'>): {
  tone: StateTone;
  text: string;
  /** It is to be seen at a glance. */
  isUrgent: boolean;
} {
  if (fault !== null) return { tone: 'bad', text: 'its file has faults', isUrgent: true };
  switch (lastRun?.status) {
    case 'paused':
      return { tone: 'warning', text: 'waits for you', isUrgent: true };
    case 'running':
      return { tone: 'information', text: 'runs now', isUrgent: true };
    case 'failed':
      return { tone: 'bad', text: 'failed', isUrgent: true };
    case undefined:
      return { tone: 'empty', text: 'has not run', isUrgent: false };
    default:
      return waiting
        ? { tone: 'information', text: 'about to run', isUrgent: true }
        : { tone: lastRun?.status === 'succeeded' ? 'good' : 'idle', text: lastRun?.status ?? '', isUrgent: false };
  }
}
