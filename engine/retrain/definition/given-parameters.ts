import { suggestName } from '../../base/nearest-name.ts';
import type { Scalar } from '../../contract/retrain-pipeline.ts';
import type { YamlPath } from '../../data/index.ts';
import type { NamedFault } from './faults.ts';

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
