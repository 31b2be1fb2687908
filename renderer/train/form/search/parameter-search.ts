import type { LearnerParameter } from '../../../../engine/contract/train-learners.ts';
import type { ParameterRange } from '../../../../engine/contract/train-sweeps.ts';
import { type ParameterValue, readParameter } from '../parameter-text.ts';

export type SearchMode = 'fixed' | 'range' | 'list';

/** How a parameter is searched, as it is typed; the texts of the other modes are kept until the form is gone. */
export interface ParameterSearch {
  mode: SearchMode;
  low: string;
  high: string;
  scale: 'linear' | 'log';
  /** With commas between them. */
  values: string;
}

/** What is wrong with each of the texts. */
export type SearchFaults = Partial<Record<'low' | 'high' | 'values', string>>;

const modeLabels: Record<SearchMode, string> = { fixed: 'fixed', range: 'from, to', list: 'one of' };

/** Only numbers have ranges. */
export function modesOf({ kind }: LearnerParameter): { value: SearchMode; label: string }[] {
  const modes: SearchMode[] = isNumber(kind) ? ['fixed', 'range', 'list'] : ['fixed', 'list'];
  return modes.map((value) => ({ value, label: modeLabels[value] }));
}

/** How a parameter is searched before anything was changed. @param range of the learner's own space, where it has one. */
export function proposedSearch(parameter: LearnerParameter, range: ParameterRange | undefined): ParameterSearch {
  const texts = { ...aroundDefault(parameter), values: (parameter.choices ?? [parameter.default]).join(', ') };
  if (range === undefined) return { mode: 'fixed', scale: 'linear', ...texts };
  if (range.kind === 'choice') return { mode: 'list', scale: 'linear', ...texts, values: range.values.join(', ') };
  const { low, high, scale = 'linear' } = range;
  return { mode: 'range', low: String(low), high: String(high), scale, values: texts.values };
}

/** From half to twice the default, from 0 to 1 where it is 0, as far as the parameter takes it. */
function aroundDefault(parameter: LearnerParameter): { low: string; high: string } {
  const { kind, default: usual, minimum = 0, maximum = Number.POSITIVE_INFINITY } = parameter;
  if (typeof usual !== 'number') return { low: '', high: '' };
  const taken = (value: number) => {
    const within = Math.min(maximum, Math.max(minimum, value));
    return String(kind === 'integer' ? Math.round(within) : within);
  };
  return usual === 0 ? { low: taken(0), high: taken(1) } : { low: taken(usual / 2), high: taken(usual * 2) };
}

/** The range that the texts mean; undefined where the parameter is fixed or something is wrong. */
export function readSearch(
  parameter: LearnerParameter,
  search: ParameterSearch,
): { range?: ParameterRange; faults: SearchFaults } {
  if (search.mode === 'fixed') return { faults: {} };
  return search.mode === 'list' ? readList(parameter, search.values) : readRange(parameter, search);
}

function readRange(
  parameter: LearnerParameter,
  { low, high, scale }: ParameterSearch,
): { range?: ParameterRange; faults: SearchFaults } {
  const [first, last] = [readEnd(parameter, low), readEnd(parameter, high)];
  const faults: SearchFaults = {
    ...(first.problem && { low: first.problem }),
    ...(last.problem && { high: last.problem }),
  };
  if (first.value === undefined || last.value === undefined) return { faults };
  if (scale === 'log' && first.value <= 0) return { faults: { low: 'Begin above 0, or make the scale linear.' } };
  if (first.value > last.value)
    return { faults: { high: `It must be at least ${first.value}, where the range begins.` } };
  const kind = parameter.kind === 'integer' ? 'integer' : 'number';
  return { range: { kind, low: first.value, high: last.value, ...(scale === 'log' && { scale }) }, faults };
}

function readEnd(parameter: LearnerParameter, text: string): { value?: number; problem?: string } {
  if (text.trim() === '') return { problem: 'A number is needed here.' };
  const { value, problem } = readParameter(parameter, text);
  return problem === undefined ? { value: Number(value) } : { problem };
}

function readList(parameter: LearnerParameter, text: string): { range?: ParameterRange; faults: SearchFaults } {
  const written = valuesIn(text);
  if (written.length === 0) return { faults: { values: 'Name at least one value.' } };
  const values: ParameterValue[] = [];
  for (const one of written) {
    const { value, problem } = readListed(parameter, one);
    if (value === undefined) return { faults: { values: `${one}: ${problem}` } };
    values.push(value);
  }
  return { range: { kind: 'choice', values: [...new Set(values)] }, faults: {} };
}

function readListed(parameter: LearnerParameter, text: string): { value?: ParameterValue; problem?: string } {
  if (parameter.kind === 'boolean') return { value: text === 'true' };
  return parameter.kind === 'choice' ? { value: text } : readParameter(parameter, text);
}

/** The values of a list as they are written. */
export function valuesIn(text: string): string[] {
  return text
    .split(',')
    .map((value) => value.trim())
    .filter(Boolean);
}

function isNumber(kind: LearnerParameter['kind']): boolean {
  return kind === 'number' || kind === 'integer';
}
