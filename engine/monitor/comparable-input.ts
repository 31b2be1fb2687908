import type { ColumnType, Signature } from '../contract/values.ts';

/** Whether a version takes an input of that name and of the same kind: columns of one kind can be compared although their types differ. */
export function comparableInput({ inputs }: Pick<Signature, 'inputs'>, name: string, type: ColumnType): boolean {
  return inputs.some((input) => input.name === name && kindOf(input.type) === kindOf(type));
}

function kindOf(type: ColumnType): string {
  if (type === 'int64' || type === 'float64' || type === 'decimal') return 'number';
  return type === 'date' || type === 'timestamp' ? 'time' : type;
}
