import { GalleyError } from '../../base/errors.ts';
import type { FrameColumn } from '../../base/frame.ts';
import { type ColumnSettings, type FittedRole, rolesOfType, settingsOfRole } from '../../contract/train-features.ts';

/**
 * The role of a column: that of its settings, else the first that its type may have.
 * @throws GalleyError `train.invalid_column` where role or settings do not fit the column.
 */
export function roleOf({ name, type }: Pick<FrameColumn, 'name' | 'type'>, settings: ColumnSettings): FittedRole {
  const possible = rolesOfType[type];
  const role = (settings.role ?? (settings.order ? 'ordinal' : settings.text ? 'text' : possible[0])) as FittedRole;
  const refuse = (message: string) => {
    return new GalleyError('train.invalid_column', message, { details: { column: name, type, role } });
  };
  if (!possible.includes(role)) {
    throw refuse(`"${name}" is ${type} and cannot be ${role}; it can be ${possible.join(', ')}.`);
  }
  const heeded = settingsOfRole[role];
  const unheeded = Object.keys(settings).find((key) => key !== 'role' && !heeded.includes(key as keyof ColumnSettings));
  if (unheeded !== undefined) {
    throw refuse(`"${name}" is ${role}, which has no setting "${unheeded}"; it has ${heeded.join(', ')}.`);
  }
  if (role === 'ordinal' && settings.order === undefined) {
    throw refuse(`"${name}" is ordinal and needs the order of its values.`);
  }
  if (settings.order && new Set(settings.order).size < settings.order.length) {
    throw refuse(`The order of "${name}" names a value twice.`);
  }
  const { terms } = settings.text ?? {};
  if (terms && terms.shortest > terms.longest) {
    throw refuse(`The terms of "${name}" have at least ${terms.shortest} tokens and at most ${terms.longest}.`);
  }
  return role;
}
