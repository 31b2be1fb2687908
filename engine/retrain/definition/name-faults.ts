import { compileCheck } from '../../base/validation.ts';
import { Name } from '../../contract/values.ts';
import type { YamlPath } from '../../data/index.ts';
import type { NamedFault } from './faults.ts';

const checkName = compileCheck(Name);

/** Members of a map of the file that are not named as parameters and values of a matrix are. @param path of the map */
export function nameFaults(map: object, path: YamlPath): NamedFault[] {
  return Object.keys(map).flatMap((name) =>
    checkName(name).map(({ message }) => ({ path: [...path, name], message: `is no name: it ${message}.` })),
  );
}
