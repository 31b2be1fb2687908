import { suggestName } from '../../base/nearest-name.ts';
import type { Scalar } from '../../contract/retrain-pipeline.ts';
import type { YamlPath } from '../../data/index.ts';
import type { NamedFault } from './faults.ts';

/** Values as what the parameters are: a text that is given for a number, `true` or `false`, as on a command line, is read as one. */
export function typedParameters(
  usual: Readonly<Record<string, Scalar>>,
  given: Readonly<Record<string, Scalar>>,
): Record<string, Scalar> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, typed(usual[name], value)]));
}

function typed(usual: Scalar | undefined, value: Scalar): Scalar {
  if (typeof value !== 'string') return value;
  if (typeof usual === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
  return typeof usual === 'number' && isNumber ? Number(value) : value;
}

/** Values for parameters that a pipeline has not, or that are of another type. @param path where the values stand */
export function givenFaults(
  usual: Readonly<Record<string, Scalar>>,
  given: Readonly<Record<string, Scalar>>,
  path: YamlPath,
): NamedFault[] {
  const names = Object.keys(usual);
  return Object.entries(given).flatMap(([name, value]) => {
    const known = usual[name];
    if (known === undefined)
      return [{ path: [...path, name], message: `is no parameter of the pipeline. ${suggestName(name, names)}` }];
    if (typeof known === typeof value) return [];
    return [
      {
        path: [...path, name],
        message: `must be a ${typeof known}, as the parameter is; "${value}" is a ${typeof value}.`,
      },
    ];
  });
}
