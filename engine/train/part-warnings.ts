import { isoTime } from '../base/clock.ts';
import { count } from '../base/words.ts';
import type { Problem } from '../contract/values.ts';
import type { CodeBlock, FeatureMatrix } from './features/feature-matrix.ts';
import { type FittedFeatures, placeFeatures } from './features/features.ts';
import { findLearner } from './learners/learners.ts';
import type { PreparedTraining } from './prepare.ts';

/** From this share on accuracy says little. */
const lopsided = 0.95;
const fewestOfClass = 5;
/** One by one; the others are counted. */
const namedClasses = 3;

/**
 * What a user should know of the rows before believing a figure.
 * @param now UTC epoch milliseconds; dates after it lie in the future.
 */
export function partWarnings(prepared: PreparedTraining, now = Number.POSITIVE_INFINITY): Problem[] {
  return [
    ...droppedRows(prepared),
    ...classShares(prepared),
    ...moreColumnsThanRows(prepared),
    ...futureDates(prepared, now),
    ...unseenInHoldout(prepared),
  ];
}

/** Directions that were asked for, of learners that cannot promise them. */
export function monotoneWarnings(
  features: FittedFeatures,
  { fits }: { fits: readonly { learner: string }[] },
): Problem[] {
  const names = features.flatMap((feature) => ('monotone' in feature ? `"${feature.name}"` : []));
  if (names.length === 0) return [];
  const learners = fits.map(({ learner }) => learner).filter((learner) => !findLearner(learner).keepsMonotone);
  return [...new Set(learners)].map((learner) => {
    const message = `${learner} cannot promise the direction of ${names.join(', ')}; trees can.`;
    return { code: 'train.direction_not_kept', message };
  });
}

function droppedRows({ dropped }: PreparedTraining): Problem[] {
  if (dropped === 0) return [];
  const message = `${count(dropped, 'row')} without a target that can be learnt took no part.`;
  return [{ code: 'train.rows_dropped', message }];
}

function classShares({ classes, training: { target } }: PreparedTraining): Problem[] {
  const counts = classes.map(() => 0);
  for (const label of target) if (label < counts.length) counts[label] = (counts[label] as number) + 1;
  const most = Math.max(0, ...counts);
  const rare = counts.flatMap((rows, index) =>
    rows < fewestOfClass ? [{ rows, name: classes[index] as string }] : [],
  );
  const warnings = rare.length === 0 ? [] : [rareClasses(rare)];
  if (most < lopsided * target.length) return warnings;
  const share = ((100 * most) / target.length).toFixed(1);
  const message = `${share} % of the training rows are ${classes[counts.indexOf(most)]}: accuracy says little here; look at other metrics, or weigh the classes.`;
  return [...warnings, { code: 'train.lopsided_classes', message }];
}

function rareClasses(rare: readonly { rows: number; name: string }[]): Problem {
  const named = rare.slice(0, namedClasses).map(({ rows, name }) => `"${name}" (${rows})`);
  const others = rare.length - named.length;
  const all = [...named, ...(others > 0 ? [count(others, 'more class', 'more classes')] : [])].join(', ');
  const message = `There are fewer than ${fewestOfClass} training rows of ${all}: no learner can tell much of such classes.`;
  return { code: 'train.rare_class', message };
}

function moreColumnsThanRows({ features, training }: PreparedTraining): Problem[] {
  const { width } = placeFeatures(features, 'scaled');
  if (width <= training.positions.length) return [];
  const message = `The features make ${width} columns of ${training.positions.length} training rows: what is learnt leans on the penalty more than on the data.`;
  return [{ code: 'train.more_columns_than_rows', message }];
}

function futureDates({ features }: PreparedTraining, now: number): Problem[] {
  return features.flatMap((feature): Problem[] => {
    if (feature.kind !== 'calendar' || feature.maximum <= now) return [];
    const message = `"${feature.name}" goes up to ${isoTime(feature.maximum).slice(0, 10)}, which lies in the future: is it known when a prediction is made?`;
    return [{ code: 'train.future_dates', message, column: feature.name }];
  });
}

/** Of categories whose levels were all kept, so that what has no level did not occur in training. */
function unseenInHoldout({ features, holdout }: PreparedTraining): Problem[] {
  const [layout, matrix] = Object.entries(holdout.layouts)[0] as ['scaled' | 'raw', FeatureMatrix];
  const { places } = placeFeatures(features, layout);
  return features.flatMap((feature, index): Problem[] => {
    const isCategory = feature.kind === 'category' || feature.kind === 'number-category';
    if (!isCategory || feature.rareLevels > 0) return [];
    const [block = 0] = places[index]?.blocks ?? [];
    const { levels, codes } = matrix.blocks[block] as CodeBlock;
    const rows = codes.reduce((sum, code) => sum + Number(code === levels), 0);
    if (rows === 0) return [];
    const message = `${count(rows, 'row')} of the holdout have values in "${feature.name}" that no training row has: they count as unseen.`;
    return [{ code: 'train.unseen_values', message, column: feature.name }];
  });
}
