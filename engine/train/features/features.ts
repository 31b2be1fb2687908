import { type Frame, type FrameColumn, findColumn, selectValues } from '../../base/frame.ts';
import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { ColumnSettings } from '../../contract/train-features.ts';
import {
  applyBoolean,
  applyRawBoolean,
  type BooleanFeature,
  booleanLevels,
  fitBoolean,
  writeBoolean,
  writeRawBoolean,
} from './boolean.ts';
import {
  applyCalendar,
  applyRawCalendarPart,
  type CalendarFeature,
  type CalendarPart,
  calendarLevels,
  fitCalendar,
  writeCalendar,
  writeRawCalendar,
} from './calendar.ts';
import { applyCategory, type CategoryFeature, fitCategory, writeCategory } from './category.ts';
import { type CodeBlock, type FeatureMatrix, type GraphFeatures, type Layout, shareMatrix } from './feature-matrix.ts';
import {
  applyNumeric,
  applyRawNumeric,
  fitNumeric,
  type NumericFeature,
  writeNumeric,
  writeRawNumeric,
} from './numeric.ts';

export type Feature = NumericFeature | CategoryFeature | BooleanFeature | CalendarFeature;

/**
 * What was learnt of the raw columns from the training part: plain JSON. Where each stands in a matrix is said by
 * `placeFeatures`.
 */
export type FittedFeatures = readonly Feature[];

/**
 * @param parts of a date or time; all where absent.
 * @returns undefined for a column that has no information: all values missing or equal.
 */
export function fitFeature(
  column: FrameColumn,
  { monotone }: ColumnSettings = {},
  parts?: readonly CalendarPart[],
): Feature | undefined {
  if (column.kind === 'text') return fitCategory(column.name, column.values);
  if (column.kind === 'time') {
    return fitCalendar({ name: column.name, type: column.type as CalendarFeature['type'] }, column.values, parts);
  }
  const feature =
    column.type === 'boolean'
      ? fitBoolean(column.name, column.values)
      : fitNumeric({ name: column.name, type: column.type as NumericFeature['type'] }, column.values);
  return feature && (monotone ? { ...feature, monotone } : feature);
}

/** Columns that a feature takes in the scaled matrix. */
export function featureWidth(feature: Feature): number {
  const { dense, blocks } = shapeOf(feature, 'scaled');
  return blocks.reduce((total, levels) => total + levels, dense);
}

/** Where a feature stands in a matrix: indexes of its dense columns and of its blocks. */
export interface FeaturePlace {
  name: string;
  dense: number[];
  blocks: number[];
}

/** A matrix before there are rows in it. */
export interface MatrixPlan {
  width: number;
  denseWidth: number;
  /** One a feature, in the order of the features. */
  places: FeaturePlace[];
  blocks: { offset: number; levels: number }[];
}

/** The dense columns are those of the numbers, then those of the other features, each in order; then come the blocks. */
export function placeFeatures(features: FittedFeatures, layout: Layout): MatrixPlan {
  const shapes = features.map((feature) => shapeOf(feature, layout));
  const places = features.map(({ name }): FeaturePlace => ({ name, dense: [], blocks: [] }));
  const blocks: MatrixPlan['blocks'] = [];
  let denseWidth = 0;
  for (const numbersNow of [true, false]) {
    features.forEach(({ kind }, index) => {
      if ((kind === 'numeric') !== numbersNow) return;
      for (let count = (shapes[index] as Shape).dense; count > 0; count--) places[index]?.dense.push(denseWidth++);
    });
  }
  let width = denseWidth;
  shapes.forEach((shape, index) => {
    for (const levels of shape.blocks) {
      places[index]?.blocks.push(blocks.length);
      blocks.push({ offset: width, levels });
      width += levels;
    }
  });
  return { width, denseWidth, places, blocks };
}

/** How many dense columns a feature has, and the levels of its blocks. */
interface Shape {
  dense: number;
  blocks: number[];
}

function shapeOf(feature: Feature, layout: Layout): Shape {
  switch (feature.kind) {
    case 'numeric':
      return { dense: 1, blocks: [] };
    case 'category':
      return { dense: 0, blocks: [feature.levels.length] };
    case 'boolean':
      return layout === 'raw' ? { dense: 1, blocks: [] } : { dense: 0, blocks: [booleanLevels(feature)] };
    case 'calendar':
      return layout === 'raw'
        ? { dense: feature.parts.length, blocks: [] }
        : { dense: 0, blocks: calendarLevels(feature) };
  }
}

/**
 * Raw columns as the matrix that learners compute with, in memory that threads can share.
 * @param frame must hold the column of every feature, with the type it was fitted on.
 * @param positions of the rows to take, in this order; all where absent.
 */
export function applyFeatures(
  features: FittedFeatures,
  frame: Frame,
  layout: Layout,
  positions?: Int32Array,
): FeatureMatrix {
  const { width, denseWidth, places, blocks: planned } = placeFeatures(features, layout);
  const rows = positions?.length ?? frame.rows;
  const dense = new Float64Array(new SharedArrayBuffer(rows * denseWidth * Float64Array.BYTES_PER_ELEMENT));
  const codes: Int32Array[] = [];
  features.forEach((feature, index) => {
    const { dense: columns } = places[index] as FeaturePlace;
    codes.push(...applyFeature(feature, frame, layout, { dense, denseWidth, columns, positions }));
  });
  const blocks = planned.map((block, index): CodeBlock => ({ ...block, codes: codes[index] as Int32Array }));
  return shareMatrix({ rows, width, denseWidth, dense, blocks });
}

interface Destination {
  dense: Float64Array;
  denseWidth: number;
  /** Indexes of the feature's dense columns. */
  columns: readonly number[];
  positions: Int32Array | undefined;
}

/** Writes a feature's dense columns and returns the codes of its blocks. */
function applyFeature(feature: Feature, frame: Frame, layout: Layout, destination: Destination): Int32Array[] {
  const { dense, denseWidth, columns, positions } = destination;
  if (feature.kind === 'category') return [applyCategory(feature, textsOf(frame, feature.name, positions))];
  const values = numbersOf(frame, feature.name, positions);
  const first = columns[0] as number;
  switch (feature.kind) {
    case 'numeric':
      if (layout === 'raw') applyRawNumeric(values, dense, denseWidth, first);
      else applyNumeric(feature, values, dense, denseWidth, first);
      return [];
    case 'boolean':
      if (layout === 'scaled') return [applyBoolean(values)];
      applyRawBoolean(values, dense, denseWidth, first);
      return [];
    case 'calendar':
      if (layout === 'scaled') return applyCalendar(feature, values);
      feature.parts.forEach((part, index) => {
        applyRawCalendarPart(part, values, dense, denseWidth, columns[index] as number);
      });
      return [];
  }
}

/** The same computation as nodes of a graph, from one input for each raw column. */
export function writeFeatures(builder: GraphBuilder, features: FittedFeatures, layout: Layout): GraphFeatures {
  const { denseWidth, blocks: planned } = placeFeatures(features, layout);
  const numeric = features.filter((feature) => feature.kind === 'numeric');
  const writeNumbers = layout === 'raw' ? writeRawNumeric : writeNumeric;
  const dense = numeric.length > 0 ? [writeNumbers(builder, numeric)] : [];
  const codes: string[] = [];
  for (const feature of features) {
    if (feature.kind === 'category') codes.push(writeCategory(builder, feature));
    if (feature.kind === 'boolean') {
      if (layout === 'raw') dense.push(writeRawBoolean(builder, feature));
      else codes.push(writeBoolean(builder, feature));
    }
    if (feature.kind === 'calendar') {
      if (layout === 'raw') dense.push(writeRawCalendar(builder, feature));
      else codes.push(...writeCalendar(builder, feature));
    }
  }
  const anyInput = (features[0] as Feature).name;
  return {
    rowCount: () => builder.node('Shape', [anyInput], { start: { integer: 0 }, end: { integer: 1 } }),
    denseWidth,
    dense: dense.length > 0 ? builder.concat(dense, 1) : undefined,
    blocks: planned.map((block, index) => ({ ...block, codes: codes[index] as string })),
  };
}

/** One a dense column: 1 where answers may only rise with it, -1 only fall; undefined where none is so bound. */
export function monotoneColumns(features: FittedFeatures, layout: Layout): Int8Array | undefined {
  const { denseWidth, places } = placeFeatures(features, layout);
  const directions = new Int8Array(denseWidth);
  features.forEach((feature, index) => {
    if (!('monotone' in feature)) return;
    for (const column of places[index]?.dense ?? []) directions[column] = feature.monotone === 'increasing' ? 1 : -1;
  });
  return directions.some((direction) => direction !== 0) ? directions : undefined;
}

function numbersOf(frame: Frame, name: string, positions: Int32Array | undefined): Float64Array {
  const column = findColumn(frame, name);
  if (column === undefined || column.kind === 'text') throw new TypeError(`Column "${name}" must be numbers or times.`);
  return positions === undefined ? column.values : selectValues(column, positions).values;
}

function textsOf(frame: Frame, name: string, positions: Int32Array | undefined): (string | null)[] {
  const column = findColumn(frame, name);
  if (column?.kind !== 'text') throw new TypeError(`Column "${name}" must be text.`);
  return positions === undefined ? column.values : selectValues(column, positions).values;
}
