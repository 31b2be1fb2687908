import { GalleyError } from '../base/errors.ts';
import { type Frame, type FrameColumn, findColumn } from '../base/frame.ts';
import type { Marks } from '../contract/data-privacy.ts';
import type { RowWindow, Split } from '../contract/train.ts';
import type { ColumnSettings, RowWeights, TargetTransform } from '../contract/train-features.ts';
import type { Problem } from '../contract/values.ts';
import { chooseColumns, type FeatureChoice, requireColumn } from './columns.ts';
import type { Pair } from './features/fit-interactions.ts';
import { likeRows } from './like-rows.ts';
import type { RowsToldApart } from './row-units.ts';
import { drawHoldout } from './split.ts';
import { requireTransformable } from './target-transform.ts';
import { type KnownTarget, readTarget, type Target } from './task.ts';
import { rowsInWindow } from './window.ts';

/** What is to be learnt from which rows and columns of a dataset version. */
export interface TrainingRequest extends RowsToldApart {
  target: string;
  /** Only these columns, where given. */
  features?: readonly string[];
  exclude?: readonly string[];
  /** Columns that are features only where `features` names them. */
  marks?: Marks;
  /** How columns become features, by name. */
  columns?: Readonly<Record<string, ColumnSettings>>;
  /** Pairs of features whose product or combination is one more. */
  interactions?: readonly Pair[];
  weights?: RowWeights;
  targetTransform?: TargetTransform;
  split: Split;
  window: RowWindow | null;
  /** What the target is for a model that another program trained. */
  known?: KnownTarget;
}

/** Which rows stand on which side, and what is to be learnt from which columns: before anything is fitted. */
export interface DrawnRows {
  /** Of all rows of the frame; only classes that were trained on. */
  target: Target;
  /** Candidates for features. */
  choices: FeatureChoice[];
  /** Rows with a target, ascending. */
  training: Int32Array;
  holdout: Int32Array;
  /** Rows of the window that are on neither side: their target is missing, or a class that was not trained on. */
  dropped: number;
  warnings: Problem[];
}

const fewestTrainingRows = 10;
const fewestHoldoutRows = 2;

/**
 * Decides the task and draws the split.
 * @param frame all columns of the dataset version.
 * @throws GalleyError `train.…` for what makes training impossible.
 */
export function drawRows(frame: Frame, request: TrainingRequest): DrawnRows {
  requireColumn(frame.columns, request.target);
  checkSize('training', frame.rows, fewestTrainingRows);
  const fullTarget = readTarget(findColumn(frame, request.target) as FrameColumn, request.known);
  const windowRows = rowsOf(frame, request);
  const isHeldOut = drawHoldout(frame, windowRows, request.split, request);
  const known = windowRows.filter((row) => !Number.isNaN(fullTarget.values[row]));
  const training = known.filter((row) => !isHeldOut(row));
  checkSize('training', training.length, fewestTrainingRows);
  const target = request.known ? fullTarget : keepTrainedClasses(fullTarget, training, request.target);
  requireTransformable(request.targetTransform, target, training, request.target);
  const holdout = known.filter((row) => isHeldOut(row) && !Number.isNaN(target.values[row]));
  checkSize('holdout', holdout.length, fewestHoldoutRows);
  const { features: choices, warnings } = chooseColumns(frame, training, {
    ...request,
    task: target.task,
    groupColumn: request.split.kind === 'group' || request.split.kind === 'column' ? request.split.by : undefined,
    weightColumn: request.weights?.column,
  });
  const features = choices.map(({ name }) => name);
  warnings.push(...likeRows(frame, windowRows, features, request));
  if (target.classes.length < fullTarget.classes.length) warnings.push(untrainedClasses(fullTarget, target));
  return {
    target,
    choices,
    training,
    holdout,
    dropped: windowRows.length - training.length - holdout.length,
    warnings,
  };
}

/** Rows that take part, ascending: those of the window; a dataset that is the holdout is judged as a whole. */
export function rowsOf(frame: Frame, { window, split }: Pick<TrainingRequest, 'window' | 'split'>): Int32Array {
  const rows = rowsInWindow(frame, window);
  if (split.kind !== 'dataset' || window === null) return rows;
  const { after = frame.rows } = split;
  const held = Int32Array.from({ length: frame.rows - after }, (_, index) => after + index);
  return Int32Array.from([...rows.filter((row) => row < after), ...held]);
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
