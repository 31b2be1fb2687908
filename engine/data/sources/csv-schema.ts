import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { ColumnType, Problem } from '../../contract/values.ts';
import type { SchemaColumn } from '../schema.ts';
import { unknownColumn } from '../unknown-column.ts';
import { chooseType, dateOrder, isOrdered, misfit, type SeenKinds, shownCell, typeWords } from './csv-types.ts';
import type { ReadingRules } from './reading-rules.ts';

/** Why a cell is not of a type. */
function reason(name: string, seen: SeenKinds, type: ColumnType, rules: ReadingRules): string {
  const isTime = type === 'date' || type === 'timestamp';
  return isTime && rules.dates === undefined && isOrdered(seen) && dateOrder(name, seen, rules) === undefined
    ? 'begins with the day or with the month: say which'
    : `is not ${typeWords[type]}`;
}

/** What is known of the columns of a file before they have types. */
export interface SeenColumns {
  names: readonly string[];
  seen: readonly SeenKinds[];
  /** What a place in the file is called. */
  unit: 'line' | 'row';
}

/** The type that was asked for fits. @throws GalleyError `data.type_misfit` */
function requireFit(name: string, seen: SeenKinds, type: ColumnType, rules: ReadingRules, unit: string): void {
  const wrong = misfit(name, seen, type, rules);
  if (wrong) {
    throw new GalleyError(
      'data.type_misfit',
      `${unit === 'row' ? 'Row' : 'Line'} ${wrong.line} holds "${shownCell(name, wrong, rules)}" in column "${name}", which ${reason(name, seen, type, rules)}.`,
      { details: { column: name, type, lines: [wrong.line] } },
    );
  }
}

/**
 * The narrowest schema for columns whose cells were all seen, with the types that were asked for; decimals have no scale yet.
 * @throws GalleyError `data.unknown_column`, `data.type_misfit`
 */
export function schemaOfScan(
  { names, seen, unit }: SeenColumns,
  rules: ReadingRules,
  options: ImportOptions,
): { schema: SchemaColumn[]; warnings: Problem[] } {
  const asked = new Map(Object.entries(options.types ?? {}));
  const unknown = [...asked.keys()].find((name) => !names.includes(name) && !rules.hints.askedBefore?.includes(name));
  if (unknown !== undefined) {
    throw unknownColumn(unknown, names);
  }
  const warnings: Problem[] = [];
  const schema = names.map((name, place) => {
    const type = asked.get(name);
    const cells = seen[place] ?? new Map();
    if (type !== undefined) {
      requireFit(name, cells, type, rules, unit);
      return { name, type };
    }
    const choice = chooseType(name, cells, rules);
    warnings.push(...choice.warnings);
    return { name, type: choice.type };
  });
  return { schema, warnings };
}
