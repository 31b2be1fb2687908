import { GalleyError } from '../../base/errors.ts';
import type { Frame } from '../../base/frame.ts';
import type { Problem } from '../../contract/values.ts';
import { requireColumn } from '../columns.ts';
import type { FeatureMatrix } from './feature-matrix.ts';
import { applyFeatures } from './features.ts';
import { fitCross, fitProduct, type InteractionFeature, interactionName, largestTable } from './interaction.ts';
import type { ColumnFeature } from './kinds.ts';

/** Names of two columns. */
export type Pair = readonly [string, string];

const numbers = ['numeric', 'ordinal'];
const categories = ['category', 'number-category', 'boolean'];

/**
 * Products of two numbers and combinations of two categories, learnt from the training rows.
 * @param warnings say why columns were left out; gets what is left out here.
 * @throws GalleyError `train.invalid_interaction`, `train.unknown_column`
 */
export function fitInteractions(
  frame: Frame,
  trainingRows: Int32Array,
  fitted: readonly ColumnFeature[],
  pairs: readonly Pair[],
  warnings: Problem[],
): InteractionFeature[] {
  return pairs.flatMap((pair) => {
    const features = pair.map((name) => fitted.find((feature) => feature.name === name));
    const missing = pair.find((_, index) => features[index] === undefined);
    if (missing !== undefined) throw refusal(pair, whyNoFeature(frame, missing, warnings));
    const [first, second] = features as [ColumnFeature, ColumnFeature];
    const interaction = fitPair(frame, trainingRows, pair, first, second);
    if (interaction) return interaction;
    const message = `${interactionName([...pair])} is left out: it has no two different values in the training part.`;
    warnings.push({ code: 'train.left_out_constant', message, column: interactionName([...pair]) });
    return [];
  });
}

function whyNoFeature(frame: Frame, name: string, warnings: readonly Problem[]): string {
  requireColumn(frame.columns, name);
  const leftOut = warnings.find(({ column }) => column === name);
  return leftOut?.message ?? `"${name}" is not among the columns that are learnt from.`;
}

function fitPair(
  frame: Frame,
  trainingRows: Int32Array,
  [firstName, secondName]: Pair,
  first: ColumnFeature,
  second: ColumnFeature,
): InteractionFeature | undefined {
  const columns: [string, string] = [firstName, secondName];
  const both = (kinds: readonly string[]) => kinds.includes(first.kind) && kinds.includes(second.kind);
  const [one, other] = [first, second].map((feature) => applyFeatures([feature], frame, 'scaled', trainingRows)) as [
    FeatureMatrix,
    FeatureMatrix,
  ];
  if (both(numbers)) {
    return fitProduct(
      columns,
      one.dense.map((value, row) => value * (other.dense[row] as number)),
    );
  }
  if (!both(categories)) {
    const message = `"${firstName}" is ${first.kind}, "${secondName}" ${second.kind}: two numbers or two categories are needed.`;
    throw refusal(columns, message);
  }
  const [block, otherBlock] = [one.blocks[0], other.blocks[0]];
  if (block === undefined || otherBlock === undefined) return undefined;
  const codes: [number, number] = [block.levels + 1, otherBlock.levels + 1];
  if (codes[0] * codes[1] > largestTable) throw refusal(columns, 'The columns have too many values for that.');
  return fitCross(columns, codes, block.codes, otherBlock.codes);
}

function refusal(pair: Pair, reason: string): GalleyError {
  return new GalleyError('train.invalid_interaction', `${interactionName([...pair])} cannot be made: ${reason}`, {
    details: { columns: [...pair] },
  });
}
