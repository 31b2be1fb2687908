import { GalleyError } from '../../base/errors.ts';
import type { Layout } from '../features/feature-matrix.ts';
import { baseline } from './baseline.ts';
import { forest } from './forest.ts';
import type { Learner } from './learner.ts';
import { linear } from './linear.ts';
import { network } from './network.ts';
import { trees } from './trees.ts';

/** Every learner, simplest first. */
export const learners: readonly Learner[] = [baseline, linear, forest, trees, network];

/** @throws GalleyError `train.unknown_learner` */
export function findLearner(name: string): Learner {
  const learner = learners.find((candidate) => candidate.name === name);
  if (learner) return learner;
  const names = learners.map((candidate) => candidate.name);
  const message = `There is no learner "${name}". There are auto, ${names.join(', ')}.`;
  throw new GalleyError('train.unknown_learner', message, { details: { learner: name, learners: names } });
}

/** The layout of features that a learner computes with. @throws GalleyError `train.unknown_learner` */
export function layoutOf(learner: string): Layout {
  return findLearner(learner).layout;
}

/**
 * The learners behind the names a user gave, each once, in the order given; `auto` and nothing stand for all.
 * @throws GalleyError `train.unknown_learner`
 */
export function chooseLearners(names: readonly string[] = ['auto']): Learner[] {
  return [...new Set(names.flatMap((name) => (name === 'auto' ? learners : [findLearner(name)])))];
}
