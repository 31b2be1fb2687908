import { GalleyError } from '../../base/errors.ts';
import { type Frame, type FrameColumn, findColumn, selectValues } from '../../base/frame.ts';
import type { ColumnSettings, DatePart, FittedRole } from '../../contract/train-features.ts';
import type { Problem } from '../../contract/values.ts';
import type { FeatureChoice } from '../columns.ts';
import { fitBoolean } from './boolean.ts';
import { type CalendarFeature, fitCalendar, plainParts } from './calendar.ts';
import { fitCategory } from './category.ts';
import { type FittedFeatures, featureWidth } from './features.ts';
import { fitInteractions, type Pair } from './fit-interactions.ts';
import type { ColumnFeature } from './kinds.ts';
import { fitNumberCategory } from './number-category.ts';
import { fitNumeric, type NumericFeature, rawNumber } from './numeric.ts';
import { fitOrdinal } from './ordinal.ts';
import { roleOf } from './roles.ts';
import { fitText } from './text.ts';

/** What is to be fitted on the training part. */
export interface FeatureRequest {
  choices: readonly FeatureChoice[];
  /** By column. */
  settings: Readonly<Record<string, ColumnSettings>>;
  interactions: readonly Pair[];
}

/**
 * Fits the features on the training rows alone, one column at a time, so that never more than one is there twice.
 * @param warnings gets what was left out, and why.
 * @throws GalleyError `train.no_features`, `train.invalid_column`, `train.invalid_interaction`, `train.too_wide`
 */
export function fitFeatures(
  frame: Frame,
  trainingRows: Int32Array,
  { choices, settings, interactions }: FeatureRequest,
  warnings: Problem[],
): FittedFeatures {
  const fitted: ColumnFeature[] = [];
  for (const { name, parts } of choices) {
    const column = selectValues(findColumn(frame, name) as FrameColumn, trainingRows);
    const own = Object.hasOwn(settings, name) ? settings[name] : undefined;
    const feature = fitFeature(column, own, parts);
    if (feature) fitted.push(feature);
    warnings.push(...(feature ? warningsOf(column, feature) : [leftOut(column, own)]));
  }
  if (fitted.length === 0) {
    throw new GalleyError('train.no_features', 'No column is left that could tell rows apart.', {
      details: { leftOut: warnings.flatMap(({ column }) => column ?? []) },
    });
  }
  const features = [...fitted, ...fitInteractions(frame, trainingRows, fitted, interactions, warnings)];
  refuseTooWide(features, trainingRows.length);
  return features;
}

/**
 * @param parts of a date or time that were asked for by name.
 * @returns undefined for a column whose rows it does not tell apart, as where all values are missing or equal.
 * @throws GalleyError `train.invalid_column` for settings that do not fit the column.
 */
export function fitFeature(
  column: FrameColumn,
  settings: ColumnSettings = {},
  parts?: readonly DatePart[],
): ColumnFeature | undefined {
  const role = roleOf(column, settings);
  const { name } = column;
  if (column.kind === 'text') return fitTextual(role, name, column.values, settings);
  const named = { name, type: column.type };
  switch (role) {
    case 'date':
      return fitCalendar(
        named as { name: string; type: CalendarFeature['type'] },
        column.values,
        settings.parts ?? parts ?? plainParts,
      );
    case 'boolean':
      return fitBoolean(name, column.values, settings);
    case 'categorical':
      return fitNumberCategory(named as { name: string; type: NumericFeature['type'] }, column.values, settings);
    default:
      return fitNumeric(named as { name: string; type: NumericFeature['type'] }, column.values, settings);
  }
}

function fitTextual(
  role: FittedRole,
  name: string,
  values: readonly (string | null)[],
  settings: ColumnSettings,
): ColumnFeature | undefined {
  if (role === 'ordinal') return fitOrdinal(name, values, settings.order ?? [], settings);
  return role === 'text' ? fitText(name, values, settings.text) : fitCategory(name, values, settings);
}

function leftOut(column: FrameColumn, settings: ColumnSettings = {}): Problem {
  const { name, values } = column;
  const distinct = new Set<unknown>(column.kind === 'text' ? column.values.map((value) => value || null) : values);
  const why =
    distinct.size < 2 ? 'it has no two different values in the training part' : whyUseless[roleOf(column, settings)];
  return { code: 'train.left_out_constant', message: `"${name}" is left out: ${why}.`, column: name };
}

/** Why a column with different values has none that tell rows apart. */
const whyUseless: Record<FittedRole, string> = {
  numeric: 'it has no two different finite numbers in the training part',
  date: 'its parts are the same in all training rows',
  boolean: 'it has no two different values in the training part',
  ordinal: 'the training part has no two different values of its order',
  categorical: 'none of its values stands in as many training rows as it must',
  text: 'none of its terms stands in as many training rows as it must',
};

function warningsOf({ name, values }: FrameColumn, feature: ColumnFeature): Problem[] {
  const warning = (code: string, message: string): Problem[] => [{ code, message, column: name }];
  if ('rareLevels' in feature && feature.rareLevels > 0) {
    const together = feature.other ? 'are taken together with what is unseen' : 'count as unseen';
    return warning('train.rare_levels', `"${name}" has many values: the ${feature.rareLevels} rarest ${together}.`);
  }
  if (feature.kind === 'numeric') {
    const beyond = values.filter((value) => !Number.isNaN(value) && Number.isNaN(rawNumber(value as number))).length;
    const message = `"${name}" has ${beyond} training rows with numbers that are infinite or beyond float32: they count as missing.`;
    return beyond > 0 ? warning('train.infinite_values', message) : [];
  }
  if (feature.kind === 'ordinal' && feature.unknown > 0) {
    const message = `"${name}" has ${feature.unknown} training rows whose value is not in its order: they count as missing.`;
    return warning('train.not_in_order', message);
  }
  return [];
}

/** Numbers of a matrix that a machine of a practitioner can be asked to hold: 4 GB of them. */
const mostCells = 500_000_000;

function refuseTooWide(features: FittedFeatures, rows: number): void {
  const dense = features.filter(({ kind }) => kind === 'text');
  const width = dense.reduce((total, feature) => total + featureWidth(feature), 0);
  if (width * rows <= mostCells) return;
  const names = dense.map(({ name }) => `"${name}"`).join(', ');
  const message = `${names} would become ${width} columns of ${rows} rows, more than fits into memory.`;
  throw new GalleyError('train.too_wide', message, {
    details: { columns: dense.map(({ name }) => name), width, rows },
  });
}
