import { type Frame, findColumn, selectValues } from '../../base/frame.ts';
import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import {
  applyRawBoolean,
  type BooleanFeature,
  booleanCodes,
  booleanLevels,
  writeBooleanCodes,
  writeRawBoolean,
} from './boolean.ts';
import {
  applyRawPart,
  applyScaledPart,
  type CalendarFeature,
  calendarCodes,
  calendarLevels,
  densePartsOf,
} from './calendar.ts';
import { writeCalendar } from './calendar-graph.ts';
import { applyCategory, type CategoryFeature, categoryLevels, writeCategory } from './category.ts';
import type { GraphColumns, Layout } from './feature-matrix.ts';
import {
  applyNumberCategory,
  type NumberCategoryFeature,
  numberCategoryLevels,
  writeNumberCategory,
} from './number-category.ts';
import {
  applyScale,
  missingCodes,
  type NumericFeature,
  rawNumber,
  writeMissingCodes,
  writeRawNumbers,
  writeScale,
} from './numeric.ts';
import { type OrdinalFeature, ordinalPlaces, writeOrdinalPlaces } from './ordinal.ts';
import { applyText, applyTextCounts, type TextFeature } from './text.ts';
import { writeTextCounts, writeTextWeights } from './text-graph.ts';

/** A feature of one raw column. */
export type ColumnFeature =
  | NumericFeature
  | CategoryFeature
  | NumberCategoryFeature
  | BooleanFeature
  | OrdinalFeature
  | CalendarFeature
  | TextFeature;

/** How many dense columns a feature has, and the levels of its blocks. */
export interface Shape {
  dense: number;
  blocks: number[];
}

/** Where a feature's dense columns are written: the first of them, in a row-major matrix; the others follow. */
export interface Destination {
  dense: Float64Array;
  stride: number;
  position: number;
}

/** What each kind of feature can do. */
interface FeatureKind<Kind extends ColumnFeature> {
  shape(feature: Kind, layout: Layout): Shape;
  /** Writes the dense columns and returns the codes of the blocks. */
  apply(feature: Kind, values: ColumnValues, layout: Layout, destination: Destination): Int32Array[];
  write(builder: GraphBuilder, feature: Kind, layout: Layout): GraphColumns;
}

/** The raw values of a feature's column. */
export interface ColumnValues {
  numbers(): Float64Array;
  texts(): (string | null)[];
}

/** @param positions of the rows to take, in this order; all where absent. */
export function columnValues(frame: Frame, name: string, positions?: Int32Array): ColumnValues {
  const column = findColumn(frame, name);
  return {
    numbers() {
      if (column === undefined || column.kind === 'text')
        throw new TypeError(`Column "${name}" must be numbers or times.`);
      return positions === undefined ? column.values : selectValues(column, positions).values;
    },
    texts() {
      if (column?.kind !== 'text') throw new TypeError(`Column "${name}" must be text.`);
      return positions === undefined ? column.values : selectValues(column, positions).values;
    },
  };
}

const onlyCodes = (levels: number): Shape => ({ dense: 0, blocks: [levels] });

const numeric: FeatureKind<NumericFeature> = {
  shape: ({ indicator }, layout) => ({ dense: 1, blocks: indicator && layout === 'scaled' ? [1] : [] }),
  apply: (feature, values, layout, destination) => {
    const numbers = values.numbers();
    return applyNumbers(feature, (row) => rawNumber(numbers[row] as number), numbers.length, layout, destination);
  },
  write: (builder, feature, layout) => writeNumbers(builder, [feature], layout),
};

const ordinal: FeatureKind<OrdinalFeature> = {
  shape: ({ indicator }, layout) => ({ dense: 1, blocks: indicator && layout === 'scaled' ? [1] : [] }),
  apply: (feature, values, layout, destination) => {
    const places = ordinalPlaces(feature, values.texts());
    return applyNumbers(feature, (row) => places[row] as number, places.length, layout, destination);
  },
  write: (builder, feature, layout) => {
    const raw = writeOrdinalPlaces(builder, feature);
    if (layout === 'raw') return { dense: [raw], codes: [] };
    const codes = feature.indicator ? [writeMissingCodes(builder, raw)] : [];
    return { dense: [writeScale(builder, raw, [feature])], codes };
  },
};

function applyNumbers(
  feature: NumericFeature | OrdinalFeature,
  raw: (row: number) => number,
  rows: number,
  layout: Layout,
  { dense, stride, position }: Destination,
): Int32Array[] {
  if (layout === 'scaled') {
    applyScale(feature, raw, dense, stride, position);
    return feature.indicator ? [missingCodes(raw, rows)] : [];
  }
  for (let row = 0; row < rows; row++) dense[row * stride + position] = raw(row);
  return [];
}

/** All numbers at once: their dense columns as one value, and the codes of those that have an indicator, in order. */
export function writeNumbers(builder: GraphBuilder, features: readonly NumericFeature[], layout: Layout): GraphColumns {
  const raw = writeRawNumbers(builder, features);
  if (layout === 'raw') return { dense: [raw], codes: [] };
  const codes = features.flatMap(({ indicator }, index) =>
    indicator ? [writeMissingCodes(builder, builder.gather(raw, builder.integers([1], [index]), 1))] : [],
  );
  return { dense: [writeScale(builder, raw, features)], codes };
}

const category: FeatureKind<CategoryFeature> = {
  shape: (feature) => onlyCodes(categoryLevels(feature)),
  apply: (feature, values) => [applyCategory(feature, values.texts())],
  write: (builder, feature) => ({ dense: [], codes: [writeCategory(builder, feature)] }),
};

const numberCategory: FeatureKind<NumberCategoryFeature> = {
  shape: (feature) => onlyCodes(numberCategoryLevels(feature)),
  apply: (feature, values) => [applyNumberCategory(feature, values.numbers())],
  write: (builder, feature) => ({ dense: [], codes: [writeNumberCategory(builder, feature)] }),
};

const boolean: FeatureKind<BooleanFeature> = {
  shape: (feature, layout) => (layout === 'raw' ? { dense: 1, blocks: [] } : onlyCodes(booleanLevels(feature))),
  apply: (_feature, values, layout, { dense, stride, position }) => {
    if (layout === 'scaled') return [booleanCodes(values.numbers())];
    applyRawBoolean(values.numbers(), dense, stride, position);
    return [];
  },
  write: (builder, feature, layout) =>
    layout === 'raw'
      ? { dense: [writeRawBoolean(builder, feature)], codes: [] }
      : { dense: [], codes: [writeBooleanCodes(builder, feature)] },
};

const calendar: FeatureKind<CalendarFeature> = {
  shape: (feature, layout) =>
    layout === 'raw'
      ? { dense: feature.parts.length, blocks: [] }
      : { dense: densePartsOf(feature).length, blocks: calendarLevels(feature) },
  apply: (feature, values, layout, { dense, stride, position }) => {
    const times = values.numbers();
    const parts = layout === 'raw' ? feature.parts : densePartsOf(feature);
    const applyPart = layout === 'raw' ? applyRawPart : applyScaledPart;
    parts.forEach((part, index) => {
      applyPart(feature, part, times, dense, stride, position + index);
    });
    return layout === 'raw' ? [] : calendarCodes(feature, times);
  },
  write: writeCalendar,
};

const text: FeatureKind<TextFeature> = {
  shape: ({ width }) => ({ dense: width, blocks: [] }),
  apply: (feature, values, layout, { dense, stride, position }) => {
    (layout === 'raw' ? applyTextCounts : applyText)(feature, values.texts(), dense, stride, position);
    return [];
  },
  write: (builder, feature, layout) => {
    const counts = writeTextCounts(builder, feature);
    return { dense: [layout === 'raw' ? counts : writeTextWeights(builder, counts, feature)], codes: [] };
  },
};

const kinds: { [Kind in ColumnFeature['kind']]: FeatureKind<Extract<ColumnFeature, { kind: Kind }>> } = {
  numeric,
  ordinal,
  category,
  'number-category': numberCategory,
  boolean,
  calendar,
  text,
};

/** What can be done with a feature, by its kind. */
export function kindOf(feature: ColumnFeature): FeatureKind<ColumnFeature> {
  return kinds[feature.kind] as FeatureKind<ColumnFeature>;
}
