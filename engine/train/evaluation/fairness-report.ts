import { figure, percent } from '../../base/figures.ts';
import { seededRandom } from '../../base/random.ts';
import type { Estimate } from '../../contract/train-estimates.ts';
import type { FairnessReport } from '../../contract/train-fairness.ts';
import {
  type Decisions,
  fairnessDifferences,
  fairnessIntervals,
  type GroupCounts,
  groupCounts,
  groupRates,
  rateParts,
} from '../../statistics/fairness.ts';
import { groupErrors } from '../../statistics/group-fairness.ts';
import { wilsonInterval } from '../../statistics/proportions.ts';
import { requireClass } from '../classes.ts';
import { type Judged, predictedLabels } from './judged.ts';
import { estimate } from './metric-estimates.ts';
import type { SensitiveGroups } from './sensitive-groups.ts';

/** Groups with fewer rows have no figures: chance alone would decide them. */
export const fewestGroupRows = 10;

/** What was decided about rows, and what was true of them. */
export interface JudgedDecisions {
  favourable: string;
  /** 1 a row that really has the favourable class, and that was given it. */
  actual: Uint8Array;
  selected: Uint8Array;
}

/**
 * How a model treats groups: Fairlearn's differences of a classification, mean errors of a regression.
 * @param favourable the last class where it is not given
 * @param minimumRows groups with fewer have no figures
 * @throws GalleyError `train.unknown_class`
 */
export function fairnessReport(
  judged: Judged,
  favourable: string | undefined,
  groups: SensitiveGroups,
  seed: number,
  minimumRows = fewestGroupRows,
): FairnessReport {
  if (judged.task === 'regression') {
    const errors = judged.target.map((actual, row) => (judged.answers.values[row] as number) - actual);
    return errorReport(errors, groups, minimumRows, seed);
  }
  return decisionReport(decisionsOf(judged, favourable), groups, minimumRows, seed);
}

function decisionsOf(judged: Judged, wanted: string | undefined): JudgedDecisions {
  const index = wanted === undefined ? judged.classes.length - 1 : requireClass(judged.classes, wanted);
  return {
    favourable: judged.classes[index] as string,
    actual: Uint8Array.from(judged.target, (label) => Number(label === index)),
    selected: Uint8Array.from(predictedLabels(judged), (label) => Number(label === index)),
  };
}

/** @param minimumRows groups with fewer have no figures. */
export function decisionReport(
  { favourable, actual, selected }: JudgedDecisions,
  { by, codes, names }: SensitiveGroups,
  minimumRows: number,
  seed: number,
): FairnessReport {
  const decisions: Decisions = { groups: codes, groupCount: names.length, actual, selected };
  const counts = groupCounts(decisions);
  const isShown = counts.map(({ n }) => n >= minimumRows);
  const shown = counts.filter((_, group) => isShown[group]);
  const intervals = fairnessIntervals(
    { ...decisions, groups: codes.map((group) => (isShown[group] ? group : -1)) },
    seededRandom(seed),
  );
  const groups = names.map((group, index): FairnessReport['groups'][number] => {
    const { n, positives } = counts[index] as GroupCounts;
    const figures = isShown[index] ? rateEstimates(counts[index] as GroupCounts) : {};
    return { group, n, positives, tooSmall: !isShown[index], figures };
  });
  return {
    by,
    favourable,
    minimumRows,
    groups,
    leftOut: leftOut(codes),
    differences: Object.fromEntries(
      Object.entries(fairnessDifferences(shown)).map(([name, value]) => [name, estimate(value, intervals[name])]),
    ),
    says: decisionWords(by, favourable, names, counts, isShown),
  };
}

/** Rows in no group. */
function leftOut(codes: Int32Array): number {
  return codes.reduce((rows, code) => rows + Number(code < 0), 0);
}

function rateEstimates(counts: GroupCounts): Record<string, Estimate> {
  return Object.fromEntries(
    Object.entries(rateParts(counts)).map(([name, [hits, rows]]) => {
      const interval = wilsonInterval(hits, rows);
      return [name, { value: interval?.share ?? null, low: interval?.low ?? null, high: interval?.high ?? null }];
    }),
  );
}

function decisionWords(
  by: string,
  favourable: string,
  names: readonly string[],
  counts: readonly GroupCounts[],
  isShown: readonly boolean[],
): string {
  const rates = names
    .map((name, index) => ({ name, rate: groupRates(counts[index] as GroupCounts).selection_rate ?? 0 }))
    .filter((_, index) => isShown[index])
    .sort((a, b) => a.rate - b.rate);
  const [least, most] = [rates[0], rates.at(-1)];
  const small = isShown.filter((shown) => !shown).length;
  const left = small === 0 ? '' : ` ${small} ${small === 1 ? 'group is' : 'groups are'} too small to tell.`;
  if (least === undefined || most === undefined || rates.length < 2) return `${by}: no two groups to compare.${left}`;
  const points = figure(100 * (most.rate - least.rate));
  return (
    `${by}: "${least.name}" is given "${favourable}" in ${percent(least.rate)} of rows, "${most.name}" in ` +
    `${percent(most.rate)}: ${points} points apart.${left}`
  );
}

function errorReport(
  errors: Float64Array,
  { by, codes, names }: SensitiveGroups,
  minimumRows: number,
  seed: number,
): FairnessReport {
  const sizes = names.map((_, group) => codes.reduce((sum, code) => sum + Number(code === group), 0));
  const isShown = sizes.map((n) => n >= minimumRows);
  const groups = codes.map((group) => (isShown[group] ? group : -1));
  const judged = groupErrors({ groups, groupCount: names.length, errors }, seededRandom(seed));
  const means = names
    .map((name, group) => ({ name, mean: judged.groups[group]?.figures.mean_error ?? null }))
    .filter((entry): entry is { name: string; mean: number } => entry.mean !== null)
    .sort((a, b) => a.mean - b.mean);
  const [least, most] = [means[0], means.at(-1)];
  return {
    by,
    favourable: null,
    minimumRows,
    groups: names.map((group, index) => {
      const { figures, intervals } = judged.groups[index] as (typeof judged.groups)[number];
      const shown = Object.entries(figures).map(([name, value]) => [name, estimate(value, intervals[name])] as const);
      return {
        group,
        n: sizes[index] as number,
        positives: null,
        tooSmall: !isShown[index],
        figures: isShown[index] ? Object.fromEntries(shown) : {},
      };
    }),
    leftOut: leftOut(codes),
    differences: Object.fromEntries(
      Object.entries(judged.differences).map(([name, { value, interval }]) => [name, estimate(value, interval)]),
    ),
    says:
      least === undefined || most === undefined || means.length < 2
        ? `${by}: no two groups to compare.`
        : `${by}: "${least.name}" is answered ${signed(least.mean)} on average, "${most.name}" ${signed(most.mean)}.`,
  };
}

function signed(error: number): string {
  return error < 0 ? `${figure(-error)} too little` : `${figure(error)} too much`;
}
