import type { TaskKind } from '../../contract/values.ts';
import type { Link } from './answer-graph.ts';
import { unsupportedModel } from './file-faults.ts';

export interface XgboostObjective {
  task: TaskKind;
  link: Link;
  /** What the file's `base_score` adds to the scores. */
  marginOf(baseScore: number): number;
}

const same = (score: number) => score;
const logit = (probability: number) => -Math.log(1 / probability - 1);
const logistic: Link = { kind: 'logistic', scale: 1 };
const plain: XgboostObjective = { task: 'regression', link: { kind: 'identity' }, marginOf: same };
const exponential: XgboostObjective = { task: 'regression', link: { kind: 'exponential' }, marginOf: Math.log };
const classes: XgboostObjective = { task: 'multiclass', link: { kind: 'softmax' }, marginOf: same };

const objectives: Record<string, XgboostObjective> = {
  'reg:squarederror': plain,
  'reg:linear': plain,
  'reg:absoluteerror': plain,
  'reg:pseudohubererror': plain,
  'reg:squaredlogerror': plain,
  'reg:quantileerror': plain,
  'reg:logistic': { task: 'regression', link: logistic, marginOf: logit },
  'binary:logistic': { task: 'binary', link: logistic, marginOf: logit },
  // Its own answer is the score; the probability that it stands for is what a classifier is asked for.
  'binary:logitraw': { task: 'binary', link: logistic, marginOf: same },
  'binary:hinge': { task: 'binary', link: { kind: 'hinge' }, marginOf: same },
  'count:poisson': exponential,
  'reg:gamma': exponential,
  'reg:tweedie': exponential,
  'multi:softprob': classes,
  'multi:softmax': classes,
};

/**
 * @param version of XGBoost that wrote the file: up to 1.2, `base_score` of `binary:logitraw` was a probability.
 * @throws GalleyError `package.model_file_unsupported`
 */
export function xgboostObjective(name: string, [major, minor]: readonly number[]): XgboostObjective {
  const objective = Object.hasOwn(objectives, name) ? objectives[name] : undefined;
  if (!objective)
    throw unsupportedModel(
      `XGBoost's objective ${JSON.stringify(name.slice(0, 60))}`,
      'Adopt a model whose answer is a class or a number.',
    );
  const isOld = major === 1 && (minor as number) < 3;
  return name === 'binary:logitraw' && isOld ? { ...objective, marginOf: logit } : objective;
}
