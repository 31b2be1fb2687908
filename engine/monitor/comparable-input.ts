import type { NotCompared } from '../contract/monitor-drift.ts';
import type { ColumnType, Signature } from '../contract/values.ts';

/** Whether a version takes an input of that name and of the same kind: columns of one kind can be compared although their types differ. */
export function comparableInput({ inputs }: Pick<Signature, 'inputs'>, name: string, type: ColumnType): boolean {
  return inputs.some((input) => input.name === name && comparableKind(input.type) === comparableKind(type));
}

/** What a type is compared as. */
export function comparableKind(type: ColumnType): string {
  if (type === 'int64' || type === 'float64' || type === 'decimal') return 'number';
  return type === 'date' || type === 'timestamp' ? 'time' : type;
}

/** Inputs that none of the versions that answered takes as the deployed one does. */
export function notComparedInputs(
  inputs: readonly { name: string; type: ColumnType }[],
  answered: readonly Pick<Signature, 'inputs'>[],
): NotCompared[] {
  if (answered.length === 0) return [];
  return inputs.flatMap(({ name, type }): NotCompared[] => {
    if (answered.some((signature) => comparableInput(signature, name, type))) return [];
    const other = answered.flatMap((signature) => signature.inputs).find((input) => input.name === name);
    return [{ name, type, currentType: other?.type ?? null, reason: other ? 'changed_type' : 'vanished' }];
  });
}
