import { GalleyError } from '../base/errors.ts';

/** Position of a class among those that a target has; a number has none. @throws GalleyError `train.unknown_class` */
export function requireClass(classes: readonly string[], name: string): number {
  const index = classes.indexOf(name);
  if (index >= 0) return index;
  const isNumber = classes.length === 0;
  const known = isNumber ? 'It is a number.' : `Its classes are ${classes.join(', ')}.`;
  throw new GalleyError('train.unknown_class', `The target has no class "${name}". ${known}`, {
    details: { class: name, classes: [...classes] },
    ...(isNumber && { hint: 'Name no class: a regression has none.' }),
  });
}
