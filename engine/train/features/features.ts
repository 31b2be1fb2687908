import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { applyBoolean, type BooleanFeature, booleanLevels, fitBoolean, writeBoolean } from './boolean.ts';
import {
  applyCalendar,
  type CalendarFeature,
  type CalendarPart,
  calendarLevels,
  fitCalendar,
  writeCalendar,
} from './calendar.ts';
import { applyCategory, type CategoryFeature, fitCategory, writeCategory } from './category.ts';
import type { CodeBlock, FeatureMatrix, GraphFeatures } from './feature-matrix.ts';
import { applyNumeric, fitNumeric, type NumericFeature, writeNumeric } from './numeric.ts';

export type Feature = NumericFeature | CategoryFeature | BooleanFeature | CalendarFeature;

/**
 * What was learnt of the raw columns from the training part: plain JSON. In the matrix the numeric features come first,
 * then the blocks of the others, both in this order.
 */
export type FittedFeatures = readonly Feature[];

/**
 * @param parts of a date or time; all where absent.
 * @returns undefined for a column that has no information: all values missing or equal.
 */
export function fitFeature(column: FrameColumn, parts?: readonly CalendarPart[]): Feature | undefined {
  if (column.kind === 'text') return fitCategory(column.name, column.values);
  if (column.kind === 'time') {
    return fitCalendar({ name: column.name, type: column.type as CalendarFeature['type'] }, column.values, parts);
  }
  if (column.type === 'boolean') return fitBoolean(column.name, column.values);
  return fitNumeric({ name: column.name, type: column.type as NumericFeature['type'] }, column.values);
}

/** Columns that a feature takes in the matrix. */
export function featureWidth(feature: Feature): number {
  return feature.kind === 'numeric' ? 1 : blockLevels(feature).reduce((total, levels) => total + levels, 0);
}

/**
 * Raw columns as the matrix that learners compute with.
 * @param frame must hold the column of every feature, with the type it was fitted on.
 */
export function applyFeatures(features: FittedFeatures, frame: Frame): FeatureMatrix {
  const numeric = features.filter((feature) => feature.kind === 'numeric');
  const denseWidth = numeric.length;
  const dense = new Float64Array(frame.rows * denseWidth);
  numeric.forEach((feature, position) => {
    applyNumeric(feature, numbersOf(frame, feature.name), dense, denseWidth, position);
  });
  const { blocks, width } = layOut(features, denseWidth, (feature) => codesOf(feature, frame));
  return { rows: frame.rows, width, denseWidth, dense, blocks: blocks satisfies CodeBlock[] };
}

/** The same computation as nodes of a graph, from one input for each raw column. */
export function writeFeatures(builder: GraphBuilder, features: FittedFeatures): GraphFeatures {
  const numeric = features.filter((feature) => feature.kind === 'numeric');
  const dense = numeric.length > 0 ? writeNumeric(builder, numeric) : undefined;
  const { blocks } = layOut(features, numeric.length, (feature) => writeCodes(builder, feature));
  const anyInput = (features[0] as Feature).name;
  const rowCount = () => builder.node('Shape', [anyInput], { start: { integer: 0 }, end: { integer: 1 } });
  return { rowCount, denseWidth: numeric.length, dense, blocks };
}

type BlockFeature = Exclude<Feature, NumericFeature>;

function blockLevels(feature: BlockFeature): number[] {
  if (feature.kind === 'category') return [feature.levels.length];
  if (feature.kind === 'boolean') return [booleanLevels(feature)];
  return calendarLevels(feature);
}

/** Places one block after the other behind the dense columns. */
function layOut<Codes>(features: FittedFeatures, denseWidth: number, codes: (feature: BlockFeature) => Codes[]) {
  const blocks: { offset: number; levels: number; codes: Codes }[] = [];
  let width = denseWidth;
  for (const feature of features) {
    if (feature.kind === 'numeric') continue;
    const parts = codes(feature);
    blockLevels(feature).forEach((levels, index) => {
      blocks.push({ offset: width, levels, codes: parts[index] as Codes });
      width += levels;
    });
  }
  return { blocks, width };
}

function codesOf(feature: BlockFeature, frame: Frame): Int32Array[] {
  if (feature.kind === 'category') return [applyCategory(feature, textsOf(frame, feature.name))];
  if (feature.kind === 'boolean') return [applyBoolean(numbersOf(frame, feature.name))];
  return applyCalendar(feature, numbersOf(frame, feature.name));
}

function writeCodes(builder: GraphBuilder, feature: BlockFeature): string[] {
  if (feature.kind === 'category') return [writeCategory(builder, feature)];
  if (feature.kind === 'boolean') return [writeBoolean(builder, feature)];
  return writeCalendar(builder, feature);
}

function numbersOf(frame: Frame, name: string): Float64Array {
  const column = findColumn(frame, name);
  if (column === undefined || column.kind === 'text') throw new TypeError(`Column "${name}" must be numbers or times.`);
  return column.values;
}

function textsOf(frame: Frame, name: string): (string | null)[] {
  const column = findColumn(frame, name);
  if (column?.kind !== 'text') throw new TypeError(`Column "${name}" must be text.`);
  return column.values;
}
