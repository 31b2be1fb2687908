import type { Condition, FilterOperator } from '../../../engine/contract/data-rows.ts';
import type { ColumnType } from '../../../engine/contract/values.ts';
import { formatCell } from '../../ui/format.ts';
import { isNumeric } from '../column-words.ts';

const words: Record<FilterOperator, string> = {
  '=': '=',
  '!=': '≠',
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
  between: 'from … to',
  contains: 'contains',
  starts_with: 'starts with',
  one_of: 'is one of',
  missing: 'is missing',
  present: 'is not missing',
};

export function operatorWord(operator: FilterOperator): string {
  return words[operator];
}

/** The comparisons that make sense for a type. */
export function operatorsFor(type: ColumnType): FilterOperator[] {
  if (type === 'boolean') return ['=', 'missing', 'present'];
  if (type === 'text') return ['contains', 'starts_with', '=', '!=', 'one_of', 'missing', 'present'];
  return ['=', '!=', '<', '<=', '>', '>=', 'between', 'one_of', 'missing', 'present'];
}

/** A condition in one short line. */
export function conditionWords({ column, operator, values = [] }: Condition): string {
  const texts = values.map((value) => (value === '' ? 'empty' : formatCell(value)));
  switch (operator) {
    case 'missing':
    case 'present':
      return `${column} ${words[operator]}`;
    case 'between':
      return `${column} from ${texts[0]} to ${texts[1]}`;
    case 'one_of':
      return texts.length > 3
        ? `${column} is one of ${texts.slice(0, 2).join(', ')} and ${texts.length - 2} more`
        : `${column} is ${texts.join(' or ')}`;
    default:
      return `${column} ${words[operator]} ${texts[0]}`;
  }
}

/** What was typed as a condition's values, or undefined where it does not fit the column. */
export function valuesOf(
  type: ColumnType,
  operator: FilterOperator,
  typed: readonly string[],
): Condition['values'] | undefined {
  if (operator === 'missing' || operator === 'present') return [];
  const texts =
    operator === 'one_of'
      ? (typed[0] ?? '').split(',').map((text) => text.trim())
      : typed.slice(0, operator === 'between' ? 2 : 1);
  if (type === 'text') return texts.length > 0 ? [...texts] : undefined;
  const trimmed = texts.map((text) => text.trim());
  if (trimmed.length === 0 || trimmed.some((text) => text === '')) return undefined;
  if (type === 'boolean') return [trimmed[0] === 'true'];
  if (!isNumeric(type)) return trimmed;
  const exact = /^-?\d{16,}$/;
  const numbers = trimmed.map((text) => (exact.test(text) ? text : Number(text.replace('−', '-'))));
  return numbers.some((value) => Number.isNaN(value)) ? undefined : numbers;
}
