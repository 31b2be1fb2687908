import { Check, Default, Errors } from 'typebox/value';
import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { Layout } from '../features/feature-matrix.ts';
import { baseline } from './baseline.ts';
import { forest } from './forest.ts';
import type { Learner, Parameters } from './learner.ts';
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

/**
 * Each learner's complete parameters from those a user gave: a learner takes what it knows.
 * @throws GalleyError `train.invalid_parameter` where no learner knows one, or its value does not fit.
 */
export function resolveParameters(chosen: readonly Learner[], given: Parameters = {}): Parameters[] {
  const known = [...new Set(chosen.flatMap((learner) => Object.keys(learner.parameters.properties)))];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const names = chosen.map((learner) => learner.name).join(', ');
    throw new GalleyError(
      'train.invalid_parameter',
      `${names} has no parameter "${unknown}". ${suggestName(unknown, known)}`,
      {
        details: { parameter: unknown, parameters: known },
      },
    );
  }
  return chosen.map((learner) => completeParameters(learner, given));
}

function completeParameters(learner: Learner, given: Parameters): Parameters {
  const names = Object.keys(learner.parameters.properties);
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
  const complete = Default(learner.parameters, own);
  if (Check(learner.parameters, complete)) return complete as Parameters;
  const faults = Errors(learner.parameters, complete).map(({ instancePath, message }) => ({
    parameter: instancePath.slice(1),
    message,
  }));
  const shown = faults.map(({ parameter, message }) => `${parameter} ${message}`).join('; ');
  throw new GalleyError('train.invalid_parameter', `${learner.name}: ${shown}.`, { details: { faults } });
}
