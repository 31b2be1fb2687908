import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { ColumnSettings } from '../../contract/train-features.ts';
import { fitScale, type NumericScale } from './numeric.ts';

/** A text whose values have an order: their places in it, from 0, as a number. */
export interface OrdinalFeature extends NumericScale {
  kind: 'ordinal';
  name: string;
  /** From the lowest to the highest. */
  order: string[];
  /** Training rows whose text is not in the order; they count as missing. */
  unknown: number;
  monotone?: ColumnSettings['monotone'];
}

/** @returns undefined where all values are missing or equal. */
export function fitOrdinal(
  name: string,
  values: readonly (string | null)[],
  order: readonly string[],
  settings: ColumnSettings,
): OrdinalFeature | undefined {
  const places = ordinalPlaces({ order }, values);
  const scale = fitScale(places, settings);
  if (scale === undefined) return undefined;
  const empty = values.reduce((count, value) => (value === null || value === '' ? count + 1 : count), 0);
  const { monotone } = settings;
  return {
    kind: 'ordinal',
    name,
    order: [...order],
    unknown: scale.missing - empty,
    ...scale,
    ...(monotone && { monotone }),
  };
}

/** NaN for a text that is not in the order. */
export function ordinalPlaces(
  { order }: Pick<OrdinalFeature, 'order'> | { order: readonly string[] },
  values: readonly (string | null)[],
): Float64Array {
  const placeOf = new Map(order.map((text, place) => [text, place]));
  return Float64Array.from(values, (value) => placeOf.get(value ?? '') ?? Number.NaN);
}

/** From a string [N, 1] input of the column's name to double [N, 1]: its place, or NaN. */
export function writeOrdinalPlaces(builder: GraphBuilder, { name, order }: OrdinalFeature): string {
  const input = builder.input(name, 'string', ['N', 1]);
  const place = builder.node(
    'LabelEncoder',
    [input],
    {
      keys_strings: { texts: order },
      values_floats: { floats: order.map((_, index) => index) },
      default_float: { float: Number.NaN },
    },
    { domain: 'ai.onnx.ml' },
  );
  return builder.cast(place, 'double');
}
