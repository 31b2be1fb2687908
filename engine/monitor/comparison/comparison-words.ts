import { figure } from '../../base/figures.ts';
import { count, listed, metricName, sentence } from '../../base/words.ts';
import type { WindowComparison } from '../../contract/monitor-compare.ts';
import type { PerformanceSlice } from '../../contract/monitor-performance.ts';
import { removedWords } from '../../contract/monitor-removed.ts';

/** Columns that are named; more would be a list. */
const mostNames = 3;

type Found = Omit<WindowComparison, 'deployment' | 'says' | 'prediction' | 'label' | 'source'>;

/** What happened between two sides, in a sentence: where most of the loss is, or that there is none to speak of. And which rows slices lack. */
export function comparisonWords(found: Found): string {
  const gone = [found.reference, found.current].flatMap(({ removed }) => removed ?? []);
  if (gone.length === 0) return changeWords(found);
  const lacking = `Slices and labels are compared without the rows that are gone: ${listed(gone.map(removedWords))}.`;
  return `${changeWords(found)} ${lacking}`;
}

function changeWords({ metric, reference, current, columns, slices }: Found): string {
  const moved = columns.filter(({ drifted }) => drifted).map(({ name }) => name);
  const [then, now] = [reference.metric?.value ?? null, current.metric?.value ?? null];
  const name = metricName(metric.name);
  if (then === null || now === null) return withoutMetric(name, current, moved);
  const lost = metric.lowerIsBetter ? now - then : then - now;
  const way = metric.lowerIsBetter ? 'rose' : 'fell';
  if (lost <= 0) return `${sentence(name)} did not become worse: ${figure(then)} then, ${figure(now)} now.`;
  const { low = null, high = null } = current.metric ?? {};
  if (low !== null && high !== null && then >= low && then <= high) {
    return `${sentence(name)} ${way} from ${figure(then)} to ${figure(now)}, which is no more than chance gives on ${count(current.labelled, 'labelled row')}.`;
  }
  const change = `${sentence(name)} ${way} from ${figure(then)} to ${figure(now)}`;
  const [worst] = slices;
  if (current.removed || reference.removed) return `${change}.`;
  if (!worst || worst.lost === null || worst.lost <= 0) return `${change}, in no slice more than in the others.`;
  const own = `rows with ${sliceWords(worst)}: their ${name} went from ${figure(worst.reference ?? Number.NaN)} to ${figure(worst.value.value ?? Number.NaN)}`;
  if (worst.lost >= lost / 2) return `Most of the loss is in ${own}. ${change} in all.`;
  return `${change}. The largest part of it, ${figure(worst.lost)}, is in ${own}.`;
}

function withoutMetric(
  name: string,
  { rows, labelled }: WindowComparison['current'],
  moved: readonly string[],
): string {
  const known = labelled === rows ? count(rows, 'row') : `${count(labelled, 'label')} of ${count(rows, 'row')}`;
  const columns =
    moved.length === 0
      ? 'no column moved'
      : `${listed(moved.slice(0, mostNames))}${moved.length > mostNames ? ` and ${count(moved.length - mostNames, 'other column')}` : ''} moved`;
  return `Too few labels to compare the ${name} (${known} now); ${columns}.`;
}

/** `age from 60`, `city = Oslo`, `age missing`. */
export function sliceWords({ column, slice }: Pick<PerformanceSlice, 'column' | 'slice'>): string {
  if (slice === 'missing') return `${column} missing`;
  if (slice === 'other') return `other values of ${column}`;
  return /^(below|from) |.+ to .+/.test(slice) ? `${column} ${slice}` : `${column} = ${slice}`;
}
