import type { ListedStep, PipelineStep } from '../../engine/contract/retrain.ts';
import type { Artifact, Facts } from '../../engine/contract/retrain-artifacts.ts';
import { type StepKind, stepKinds } from '../../engine/contract/retrain-pipeline.ts';
import { address } from '../client/address.ts';
import { formatBytes, formatCount, formatDuration, formatNumber, formatQuantity, formatSigned } from '../ui/format.ts';
import type { StateTone } from '../ui/state-tone.ts';
import { metricTitle } from '../ui/words.ts';

export type StepStatus = PipelineStep['status'];

/** The step that a task is of: `fit` of `fit (trees, 30d)`. */
export function stepOfTask(task: string): string {
  return /^(.*?) \(.*\)$/.exec(task)?.[1] ?? task;
}

/** The values of its matrix that a task is of: `trees, 30d` of `fit (trees, 30d)`; undefined without one. */
export function valuesOfTask(task: string): string | undefined {
  return /^.*? \((.*)\)$/.exec(task)?.[1];
}

const statusWords: Readonly<Record<StepStatus, string>> = {
  waiting: 'waits',
  running: 'runs now',
  paused: 'waits for you',
  succeeded: 'done',
  failed: 'failed',
  skipped: 'not needed',
};

export function statusWord(status: StepStatus): string {
  return statusWords[status];
}

const tones: Readonly<Record<StepStatus, StateTone>> = {
  waiting: 'empty',
  running: 'information',
  paused: 'warning',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'idle',
};

export function statusTone(status: StepStatus): StateTone {
  return tones[status];
}

/** What a step says under its name, in few words. */
export function stepLine({ status, output }: PipelineStep): string {
  return (status === 'succeeded' && output && briefly(output)) || statusWords[status];
}

/** Whether it ended well with an answer that speaks against the challenger. */
export function speaksAgainst({ output }: Pick<PipelineStep, 'output'>): boolean {
  if (output?.type === 'decision') return !output.passed;
  return output?.type === 'comparison' && (output.gain === null || output.gain <= output.margin);
}

function briefly(output: Artifact): string | undefined {
  switch (output.type) {
    case 'dataset':
      return `version ${output.version}, ${formatQuantity(output.rows, 'row')}`;
    case 'split':
      return output.split.kind;
    case 'run':
      return `run ${output.number}`;
    case 'version':
      return `version ${output.version}`;
    case 'evaluation':
      return undefined;
    case 'comparison':
      return output.gain === null ? 'no gain known' : `gain ${formatSigned(output.gain)}`;
    case 'decision':
      return output.passed ? (output.by === undefined ? 'passed' : 'approved') : 'refused';
    case 'deployment':
      return `version ${output.version} ${output.as ?? 'live'}`;
    case 'files':
      return formatQuantity(output.files.length, 'file');
  }
}

/** Name, state, time and whether it was cached: `fit: done in 1.2 s, cached`. */
export function stepInWords(step: ListedStep | PipelineStep): string {
  const took = step.seconds === null || step.cached ? '' : ` in ${formatDuration(step.seconds)}`;
  return `${step.name}: ${statusWords[step.status]}${took}${step.cached ? ', cached' : ''}`;
}

/** What a kind of step is for. */
export function kindLine(kind: StepKind | null): string {
  return kind === null ? '' : stepKinds[kind].summary;
}

/** The question that `because` answers. */
export function becauseTitle({ cached, status }: Pick<PipelineStep, 'cached' | 'status'>): string {
  if (cached) return 'Why it was not run again';
  return status === 'skipped' ? 'Why it was skipped' : 'Why it was run';
}

/** The result of a step in words, and the page where it is to be seen. */
export interface OutputWords {
  text: string;
  href?: string;
  /** More of it, a line each. */
  lines: string[];
}

export function outputInWords(output: Artifact): OutputWords {
  switch (output.type) {
    case 'dataset':
      return {
        text: `${output.dataset}, version ${output.version}`,
        href: address.dataset(output.dataset, output.version),
        lines: [formatQuantity(output.rows, 'row')],
      };
    case 'split':
      return { text: `split ${output.split.kind}`, lines: [] };
    case 'run':
      return { text: `run ${output.number}`, href: address.run(output.run), lines: [] };
    case 'version':
      return {
        text: `${output.model}, version ${output.version}`,
        href: address.package(output.model, output.version),
        lines: [],
      };
    case 'evaluation':
      return {
        text: 'an evaluation',
        ...(output.run !== null && { href: address.run(output.run) }),
        lines: [...output.lines],
      };
    case 'comparison':
      return {
        text: `version ${output.challenger.version} against version ${output.champion.version}`,
        href: address.versions(
          `${output.model}@${output.champion.version}`,
          `${output.model}@${output.challenger.version}`,
        ),
        lines: [
          `${metricTitle(output.metric.name)} ${formatNumber(output.challenger.value)} against ${formatNumber(output.champion.value)}, a gain of ${formatSigned(output.gain)}`,
          `${formatQuantity(output.rows, 'row')}: ${output.holdout}`,
        ],
      };
    case 'decision':
      return { text: output.passed ? 'it may take over' : 'it may not take over', lines: [output.reason] };
    case 'deployment':
      return {
        text: `version ${output.version}${output.deployment === null ? '' : ` answers at ${output.deployment}`}`,
        href:
          output.deployment === null
            ? address.package(output.model, output.version)
            : address.deploy(output.deployment),
        lines: output.as === undefined || output.as === 'live' ? [] : [`as ${output.as}`],
      };
    case 'files':
      return {
        text: formatQuantity(output.files.length, 'file'),
        lines: output.files.map(({ path, bytes }) => `${path}, ${formatBytes(bytes)}`),
      };
  }
}

/** What was measured, as a table shows it. */
export function factRows(facts: Facts): { name: string; value: string }[] {
  return Object.entries(facts).map(([name, value]) => ({ name: metricTitle(name), value: factValue(value) }));
}

function factValue(value: Facts[string]): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? formatCount(value) : formatNumber(value);
}

/** A line of a log with its time apart. */
export interface LogLine {
  /** ISO 8601; undefined where the line has none. */
  time: string | undefined;
  text: string;
}

export function logLine(line: string): LogLine {
  const [, time, text] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/s.exec(line) ?? [];
  return time === undefined || text === undefined ? { time: undefined, text: line } : { time, text };
}
