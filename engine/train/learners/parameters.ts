import { Check, Default } from 'typebox/value';
import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import { compileCheck } from '../../base/validation.ts';
import type { Learner, Parameters } from './learner.ts';

/**
 * Each learner's complete parameters from those a user gave: a learner takes what it knows; `trees.rounds` is for one alone.
 * @throws GalleyError `train.invalid_parameter` where no learner knows one, or its value does not fit.
 */
export function resolveParameters(chosen: readonly Learner[], given: Parameters = {}): Parameters[] {
  const known = [...new Set(chosen.flatMap((learner) => Object.keys(learner.parameters.properties)))];
  const unknown = Object.keys(given).find((name) => !chosen.some((learner) => ownName(learner, name) !== undefined));
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

/** The parameter of a learner that a given name means: `rounds` of all that have it, `trees.rounds` of one. */
function ownName({ name: learner, parameters }: Learner, given: string): string | undefined {
  const own = given.startsWith(`${learner}.`) ? given.slice(learner.length + 1) : given;
  return Object.hasOwn(parameters.properties, own) ? own : undefined;
}

/** Names of a learner's parameters that a user gave a value. */
export function givenParameters(learner: Learner, given: Parameters): string[] {
  return [...new Set(Object.keys(given).flatMap((name) => ownName(learner, name) ?? []))];
}

function completeParameters(learner: Learner, given: Parameters): Parameters {
  // Those of this learner alone come last: they hold over those of all.
  const inOrder = Object.entries(given).sort(([a], [b]) => Number(a.includes('.')) - Number(b.includes('.')));
  const own = Object.fromEntries(
    inOrder.flatMap(([name, value]) => {
      const known = ownName(learner, name);
      return known === undefined ? [] : [[known, value] as const];
    }),
  );
  const complete = Default(learner.parameters, own);
  if (Check(learner.parameters, complete)) return complete as Parameters;
  const faults = compileCheck(learner.parameters)(complete).map(({ path, message }) => ({
    parameter: path.slice(1),
    message,
  }));
  const shown = faults.map(({ parameter, message }) => `${parameter} ${message}`).join('; ');
  throw new GalleyError('train.invalid_parameter', `${learner.name}: ${shown}.`, {
    details: { learner: learner.name, faults },
  });
}
