import { GalleyError } from '../base/errors.ts';
import { type Frame, type FrameColumn, findColumn, selectValues } from '../base/frame.ts';
import type { Marks } from '../contract/data-privacy.ts';
import type { RowWindow, Split } from '../contract/train.ts';
import type { ColumnSettings, RowWeights } from '../contract/train-features.ts';
import type { Problem } from '../contract/values.ts';
import { chooseColumns, type FeatureChoice, requireColumn } from './columns.ts';
import type { DivisionKeys } from './divide.ts';
import type { FeatureMatrix, Layout } from './features/feature-matrix.ts';
import { applyFeatures, type Feature, type FittedFeatures, fitFeature } from './features/features.ts';
import { divisionKeys, drawHoldout } from './split.ts';
import { readTarget, type Target } from './task.ts';
import { rowWeights } from './weights.ts';
import { rowsInWindow } from './window.ts';

/** What is to be learnt from which rows and columns of a dataset version. */
export interface TrainingRequest {
  target: string;
  /** Only these columns, where given. */
  features?: readonly string[];
  exclude?: readonly string[];
  /** Columns that are features only where `features` names them. */
  marks?: Marks;
  /** How columns become features, by name. */
  columns?: Readonly<Record<string, ColumnSettings>>;
  weights?: RowWeights;
  split: Split;
  window: RowWindow | null;
  /** Columns that name a row of the dataset; empty where its content does. */
  keyColumns: readonly string[];
}

/** One side of the split. */
export interface Part {
  /** Rows of the dataset version, ascending. */
  positions: Int32Array;
  /** The features in each layout that was asked for. */
  layouts: Partial<Record<Layout, FeatureMatrix>>;
  /** Numbers, or class indexes. */
  target: Float64Array;
}

/** The side that is learnt from. */
export interface TrainingPart extends Part {
  /** How much each row counts; all the same where absent. */
  weights?: Float64Array;
  /** For drawing validation rows from it. */
  division: DivisionKeys;
}

/** A part's features in a layout that `prepareTraining` was asked for. */
export function featuresOf(part: Part, layout: Layout): FeatureMatrix {
  const matrix = part.layouts[layout];
  if (matrix === undefined) throw new TypeError(`The features were not prepared in the ${layout} layout.`);
  return matrix;
}

/** Everything that learners need, the same for all of them. */
export interface PreparedTraining {
  task: Target['task'];
  classes: string[];
  features: FittedFeatures;
  training: TrainingPart;
  holdout: Part;
  /** Rows of the window that are on neither side: their target is missing, or a class that was not trained on. */
  dropped: number;
  warnings: Problem[];
}

const fewestTrainingRows = 10;
const fewestHoldoutRows = 2;

/**
 * Draws the split, decides the task, and fits the features on the training part.
 * @param frame all columns of the dataset version.
 * @param layouts those of the learners that are to be fitted.
 * @throws GalleyError `train.…` for what makes training impossible.
 */
export function prepareTraining(
  frame: Frame,
  request: TrainingRequest,
  layouts: readonly Layout[] = ['scaled'],
): PreparedTraining {
  requireColumn(frame.columns, request.target);
  const fullTarget = readTarget(findColumn(frame, request.target) as FrameColumn);
  const { features: choices, warnings } = chooseColumns(frame, {
    ...request,
    task: fullTarget.task,
    groupColumn: request.split.kind === 'group' ? request.split.by : undefined,
    weightColumn: request.weights?.column,
  });
  const windowRows = rowsInWindow(frame, request.window);
  const isHeldOut = drawHoldout(frame, windowRows, request.split, request.keyColumns);
  const known = windowRows.filter((row) => !Number.isNaN(fullTarget.values[row]));
  const trainingRows = known.filter((row) => !isHeldOut(row));
  checkSize('training', trainingRows.length, fewestTrainingRows);
  const target = keepTrainedClasses(fullTarget, trainingRows, request.target);
  const holdoutRows = known.filter((row) => isHeldOut(row) && !Number.isNaN(target.values[row]));
  checkSize('holdout', holdoutRows.length, fewestHoldoutRows);
  if (target.classes.length < fullTarget.classes.length) warnings.push(untrainedClasses(fullTarget, target));

  const weights = rowWeights(frame, trainingRows, target, request.weights);
  const features = fitFeatures(frame, trainingRows, choices, request.columns ?? {}, warnings);
  const part = (positions: Int32Array): Part => ({
    positions,
    layouts: Object.fromEntries(
      layouts.map((layout) => [layout, applyFeatures(features, frame, layout, positions)] as const),
    ),
    target: Float64Array.from(positions, (row) => target.values[row] as number),
  });
  return {
    task: target.task,
    classes: target.classes,
    features,
    training: {
      ...part(trainingRows),
      weights,
      division: divisionKeys(frame, trainingRows, request.split, request.keyColumns),
    },
    holdout: part(holdoutRows),
    dropped: windowRows.length - trainingRows.length - holdoutRows.length,
    warnings,
  };
}

function checkSize(part: 'training' | 'holdout', rows: number, fewest: number): void {
  if (rows >= fewest) return;
  const message = `The ${part} part has ${rows} rows with a target; at least ${fewest} are needed.`;
  throw new GalleyError('train.too_few_rows', message, { details: { part, rows, fewest } });
}

/** A class without a training row cannot be learnt: it is taken out of the target. */
function keepTrainedClasses(target: Target, trainingRows: Int32Array, name: string): Target {
  if (target.task === 'regression') {
    const first = target.values[trainingRows[0] as number];
    if (trainingRows.some((row) => target.values[row] !== first)) return target;
    const message = `Every row of the training part has ${first} in "${name}".`;
    throw new GalleyError('train.target_constant', message, { details: { column: name } });
  }
  const seen = new Set(Array.from(trainingRows, (row) => target.values[row] as number));
  const classes = target.classes.filter((_, index) => seen.has(index));
  if (classes.length === 1) {
    const message = `Every row of the training part has ${classes[0]} in "${name}".`;
    throw new GalleyError('train.one_class', message, { details: { column: name, class: classes[0] } });
  }
  const newIndex = target.classes.map((label) => (classes.includes(label) ? classes.indexOf(label) : Number.NaN));
  return {
    task: classes.length === 2 ? 'binary' : 'multiclass',
    classes,
    values: target.values.map((index) => newIndex[index] ?? Number.NaN),
  };
}

function untrainedClasses(before: Target, after: Target): Problem {
  const missing = before.classes.filter((label) => !after.classes.includes(label));
  const message = `No training row has ${missing.join(', ')}: the model cannot answer that, and rows that have it were not judged.`;
  return { code: 'train.untrained_class', message };
}

/** One column at a time, so that never more than one is there twice. */
function fitFeatures(
  frame: Frame,
  trainingRows: Int32Array,
  choices: readonly FeatureChoice[],
  settings: Readonly<Record<string, ColumnSettings>>,
  warnings: Problem[],
): FittedFeatures {
  const fitted = choices.map(({ name, parts }) => {
    const column = selectValues(findColumn(frame, name) as FrameColumn, trainingRows);
    return { name, feature: fitFeature(column, Object.hasOwn(settings, name) ? settings[name] : undefined, parts) };
  });
  for (const { name, feature } of fitted) {
    if (feature === undefined) {
      const message = `"${name}" is left out: it has no two different values in the training part.`;
      warnings.push({ code: 'train.left_out_constant', message, column: name });
    } else if (feature.kind === 'category' && feature.rareLevels > 0) {
      const message = `"${name}" has many values: the ${feature.rareLevels} rarest count as unseen.`;
      warnings.push({ code: 'train.rare_levels', message, column: name });
    }
  }
  const features = fitted.map(({ feature }) => feature).filter((feature): feature is Feature => feature !== undefined);
  if (features.length > 0) return features;
  throw new GalleyError('train.no_features', 'No column is left that could tell rows apart.', {
    details: { leftOut: warnings.flatMap(({ column }) => column ?? []) },
  });
}
