import type { Decision, Pipeline, PipelineRun, PipelineStep } from '../../engine/contract/retrain.ts';
import { formatCount, formatExactTime, formatNumber, formatScore, formatSigned, formatTick } from '../ui/format.ts';
import { isShare, metricTitle } from '../ui/words.ts';

export interface Evidence {
  title: string;
  detail: string;
}

const stepTitles: Readonly<Record<string, string>> = {
  data: 'New rows',
  train: 'Train',
  package: 'Package',
  compare: 'Compare',
  promote: 'Promote',
  gate: 'Decide',
  deploy: 'Deploy',
};

/** The steps of the pipeline that renews a model have titles; others have the names that their file gives them. */
export function stepTitle(name: string): string {
  return stepTitles[name] ?? name;
}

/** What a step says under its name. */
export function stepLine(step: PipelineStep | undefined): string {
  if (step === undefined) return 'waits';
  const said = step.summary || step.because;
  if (said) return said;
  const words: Record<PipelineStep['status'], string> = {
    waiting: 'waits',
    running: 'runs now',
    paused: 'waits for a person',
    succeeded: 'done',
    failed: 'failed',
    skipped: 'not needed',
  };
  return words[step.status];
}

/** The schedule of a pipeline, whole. */
export function scheduleTip({ schedule, nextRunAt }: Pick<Pipeline, 'schedule' | 'nextRunAt'>): string {
  if (schedule === null) return 'times at which the pipeline runs by itself; the settings set them';
  const next = nextRunAt === null ? 'no more times come' : `next ${formatExactTime(nextRunAt)}`;
  const missed = schedule.missed === 'once' ? 'what is missed makes one run' : 'what is missed is skipped';
  return `${schedule.cron} in ${schedule.timezone}; ${next}; ${missed}`;
}

/** When it runs, what it does, and how it decides. */
export function describePipeline({ renewal, schedule, summary, name }: Pipeline): string {
  const ways = [...(schedule ? ['at its times'] : []), ...(renewal?.onAlert ? ['on an alert'] : []), 'by hand'];
  const when = sentence(ways);
  if (renewal === null) return `${when}: ${summary || `runs pipelines/${name}.yaml`}`;
  const rows = renewal.windowDays === null ? 'all rows' : `the newest ${formatCount(renewal.windowDays)} days`;
  return `${when}: trains ${renewal.model} on ${rows} of ${renewal.dataset}. Releases only what is better${renewal.margin > 0 ? ` by ${formatTick(renewal.margin)}` : ''}.`;
}

export function showValue(decision: Decision, value: number | null): string {
  return isShare(decision.metric.name) ? formatScore(value, 2) : formatNumber(value);
}

/** The outcome in one line. */
export function describeDecision(decision: Decision): string {
  const { challenger, champion, promoted } = decision;
  return promoted
    ? `Version ${challenger.version} took the place of version ${champion.version}`
    : `Version ${champion.version} stays`;
}

/** What speaks for the challenger, and what against it. */
export function weigh(decision: Decision, margin: number): { supporting: Evidence[]; opposing: Evidence[] } {
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
  if (!decision.promoted && opposing.length === 0)
    opposing.push({ title: 'It was held back', detail: decision.reason });
  return { supporting, opposing };
}

/** Runs of a pipeline, oldest first. */
export function runsInOrder(runs: readonly PipelineRun[]): PipelineRun[] {
  return [...runs].sort((a, b) => a.number - b.number);
}

/** `At its times, on an alert and by hand`. */
function sentence(parts: readonly string[]): string {
  const text = new Intl.ListFormat('en', { style: 'long', type: 'conjunction' }).format(parts).replace(', and', ' and');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
