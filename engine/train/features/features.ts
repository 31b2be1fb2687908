import type { Frame } from '../../base/frame.ts';
import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { codesOfRawBoolean, writeCodesOfRawBoolean } from './boolean.ts';
import { type CodeBlock, type FeatureMatrix, type GraphFeatures, type Layout, shareMatrix } from './feature-matrix.ts';
import {
  applyProduct,
  crossCodes,
  type InteractionFeature,
  type ProductFeature,
  writeCross,
  writeProduct,
} from './interaction.ts';
import { type ColumnFeature, columnValues, kindOf, type Shape, writeNumbers } from './kinds.ts';

export type Feature = ColumnFeature | InteractionFeature;

/**
 * What was learnt of the raw columns from the training part: plain JSON. Features of columns come first, then what is
 * made of two of them. Where each stands in a matrix is said by `placeFeatures`.
 */
export type FittedFeatures = readonly Feature[];

/** Features that are made of one raw column each: the inputs of a model, in order. */
export function columnFeatures(features: FittedFeatures): ColumnFeature[] {
  return features.filter((feature) => feature.kind !== 'product' && feature.kind !== 'cross');
}

function interactionsOf(features: FittedFeatures): InteractionFeature[] {
  return features.filter((feature) => feature.kind === 'product' || feature.kind === 'cross');
}

/** The raw columns that features of two columns are made of. */
export function interactionColumns(features: FittedFeatures): Set<string> {
  return new Set(interactionsOf(features).flatMap(({ columns }) => columns));
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

function shapeOf(feature: Feature, layout: Layout): Shape {
  if (feature.kind === 'product') return { dense: 1, blocks: [] };
  if (feature.kind === 'cross') return { dense: 0, blocks: [feature.pairs.length] };
  return kindOf(feature).shape(feature, layout);
}

/** The places of the two columns that an interaction is made of. */
function partnersOf(feature: InteractionFeature, places: readonly FeaturePlace[]): [FeaturePlace, FeaturePlace] {
  const [first, second] = feature.columns.map((name) => places.find((place) => place.name === name));
  return [first as FeaturePlace, second as FeaturePlace];
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
  columnFeatures(features).forEach((feature, index) => {
    const position = places[index]?.dense[0] ?? 0;
    const values = columnValues(frame, feature.name, positions);
    codes.push(...kindOf(feature).apply(feature, values, layout, { dense, stride: denseWidth, position }));
  });
  for (const feature of interactionsOf(features)) {
    const [first, second] = partnersOf(feature, places);
    const codesOf = ({ dense: [column = 0], blocks: [block] }: FeaturePlace) =>
      block === undefined ? codesOfRawBoolean(dense, denseWidth, column) : (codes[block] as Int32Array);
    if (feature.kind === 'cross') codes.push(crossCodes(feature, codesOf(first), codesOf(second)));
    else
      applyProductOf(feature, layout, dense, denseWidth, [
        first,
        second,
        places[features.indexOf(feature)] as FeaturePlace,
      ]);
  }
  const blocks = planned.map((block, index): CodeBlock => ({ ...block, codes: codes[index] as Int32Array }));
  return shareMatrix({ rows, width, denseWidth, dense, blocks });
}

function applyProductOf(
  feature: ProductFeature,
  layout: Layout,
  dense: Float64Array,
  stride: number,
  places: [FeaturePlace, FeaturePlace, FeaturePlace],
): void {
  const [first = 0, second = 0, target = 0] = places.map(({ dense: columns }) => columns[0] as number);
  applyProduct(feature, layout === 'raw', dense, stride, [first, second, target]);
}

/** The same computation as nodes of a graph, from one input for each raw column. */
export function writeFeatures(builder: GraphBuilder, features: FittedFeatures, layout: Layout): GraphFeatures {
  const { denseWidth, places, blocks: planned } = placeFeatures(features, layout);
  const columns = columnFeatures(features);
  const numbers = columns.filter((feature) => feature.kind === 'numeric');
  const written = numbers.length > 0 ? writeNumbers(builder, numbers, layout) : { dense: [], codes: [] };
  const dense = [...written.dense];
  const codes: string[] = [];
  const indicatorCodes = [...written.codes];
  for (const feature of columns) {
    if (feature.kind === 'numeric') {
      if (feature.indicator && layout === 'scaled') codes.push(indicatorCodes.shift() as string);
      continue;
    }
    const added = kindOf(feature).write(builder, feature, layout);
    dense.push(...added.dense);
    codes.push(...added.codes);
  }
  const products: string[] = [];
  const whole = dense.length > 0 ? builder.concat(dense, 1) : undefined;
  for (const feature of interactionsOf(features)) {
    const [first, second] = partnersOf(feature, places);
    const column = ({ dense: [index = 0] }: FeaturePlace) =>
      builder.gather(whole as string, builder.integers([1], [index]), 1);
    if (feature.kind === 'cross') {
      const codesOf = (place: FeaturePlace) => {
        const [block] = place.blocks;
        return block === undefined ? writeCodesOfRawBoolean(builder, column(place)) : (codes[block] as string);
      };
      codes.push(writeCross(builder, feature, codesOf(first), codesOf(second)));
    } else {
      products.push(writeProduct(builder, feature, layout === 'raw', column(first), column(second)));
    }
  }
  const anyInput = (columns[0] as ColumnFeature).name;
  return {
    rowCount: () => builder.node('Shape', [anyInput], { start: { integer: 0 }, end: { integer: 1 } }),
    denseWidth,
    dense: whole === undefined ? undefined : builder.concat([whole, ...products], 1),
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
