import { foldText } from '../../base/fold-text.ts';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { RunSelection, RunValue, trainTrackingCalls } from '../../contract/train-tracking.ts';
import type { Database, SqlValue } from '../../store/database.ts';
import { compileFilter, compileOrder, type Sql } from './filter/compile.ts';
import { tellFaults } from './filter/fault.ts';
import { type Field, findAttribute, writeField } from './filter/fields.ts';
import { parseField, parseFilter, parseOrder } from './filter/parse.ts';

type Page = OutputOf<typeof trainTrackingCalls.runs>;

const defaultLimit = 200;
const keptSelections = 8;

/** Reads the table of runs: which are selected, in which order, and their columns. */
export class RunList {
  readonly #database: Database;
  /** Numbers of the latest selections, so that the pages of one are cut from the same list; empty after a change. */
  readonly #selected = new Map<string, number[]>();
  #counts: { all: number; archived: number } | undefined;
  #changes = -1;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Numbers of the selected runs in their order.
   * @throws GalleyError `train.invalid_filter`, `train.invalid_order`
   */
  select(selection: RunSelection, target?: string, job?: string): number[] {
    this.#forgetAfterChange();
    const key = JSON.stringify([selection.filter, selection.search, selection.archived, selection.sort, target, job]);
    const known = this.#selected.get(key);
    if (known) return known;
    const numbers = this.#read(selection, target, job);
    if (this.#selected.size >= keptSelections) this.#selected.delete(this.#selected.keys().next().value as string);
    this.#selected.set(key, numbers);
    return numbers;
  }

  /** A page of the selected runs. @throws GalleyError as `select`, and for a column that is no field */
  page({ columns, offset = 0, limit = defaultLimit, ...selection }: InputOf<typeof trainTrackingCalls.runs>): Page {
    const fields = columns.map((column) => tellFaults('train.invalid_order', column, () => parseField(column)));
    const selected = this.select(selection);
    const numbers = selected.slice(offset, offset + limit);
    const attributes = this.#attributes(['facts.run_id', ...fields.flatMap(attributeOf)], numbers);
    return {
      total: selected.length,
      ...this.counts(),
      offset,
      numbers,
      ids: attributes.get('facts.run_id') as string[],
      columns: fields.map((field) => ({
        field: writeField(field),
        values: attributes.get(attributeOf(field)[0] ?? '') ?? this.column(field, numbers),
      })),
    };
  }

  /** Values of a field, one a run. */
  column(field: Field, numbers: readonly number[]): RunValue[] {
    const [attribute] = attributeOf(field);
    if (attribute !== undefined) return this.#attributes([attribute], numbers).get(attribute) as RunValue[];
    const chosen = JSON.stringify(numbers);
    if (field.entity === 'metrics')
      return this.#values(
        'SELECT run, value FROM run_metrics WHERE name = ? AND run IN (SELECT value FROM json_each(?))',
        [field.name, chosen],
        numbers,
      );
    const table = field.entity === 'params' ? 'run_params' : 'run_tags';
    const value = field.entity === 'params' ? 'coalesce(number, text)' : 'text';
    return this.#values(
      `SELECT run, ${value} AS value FROM ${table} WHERE name = ? AND run IN (SELECT value FROM json_each(?))`,
      [field.name, chosen],
      numbers,
    );
  }

  counts(): { all: number; archived: number } {
    this.#forgetAfterChange();
    this.#counts ??= this.#count();
    return this.#counts;
  }

  #count(): { all: number; archived: number } {
    const row = this.#database.get<{ everything: number; archived: number }>(
      'SELECT count(*) AS everything, count(archived_at) AS archived FROM run_facts',
    );
    const { everything = 0, archived = 0 } = row ?? {};
    return { all: everything - archived, archived };
  }

  #read(
    { filter = '', search = '', archived = 'without', sort = [] }: RunSelection,
    target?: string,
    job?: string,
  ): number[] {
    const condition = tellFaults('train.invalid_filter', filter, () => parseFilter(filter));
    const orders = sort.map((order) => tellFaults('train.invalid_order', order, () => parseOrder(order)));
    const { joins, keys } = compileOrder(orders);
    const tests: Sql[] = [
      ...(archived === 'with' ? [] : [plain(`facts.archived_at IS ${archived === 'only' ? 'NOT ' : ''}NULL`)]),
      ...(target === undefined ? [] : [plain('facts.target = ?', target)]),
      ...(job === undefined ? [] : [plain('facts.job_id = ?', job)]),
      ...wordsOf(search).map((word) => plain('instr(facts.words, ?) > 0', word)),
      ...(condition ? [compileFilter(condition)] : []),
    ];
    const where = tests.length === 0 ? '' : `WHERE ${tests.map(({ text }) => text).join(' AND ')}`;
    return this.#database.column<number>(
      `SELECT facts.number FROM run_facts AS facts ${joins.text} ${where} ORDER BY ${keys}`,
      ...joins.values,
      ...tests.flatMap(({ values }) => values),
    );
  }

  /** Several attributes at once, by their SQL. */
  #attributes(expressions: readonly string[], numbers: readonly number[]): Map<string, RunValue[]> {
    const wanted = [...new Set(expressions)];
    const columns = wanted.map((sql, place) => `${sql} AS value${place}`);
    const rows = this.#database.all<Record<string, RunValue>>(
      `SELECT number AS run, ${columns.join(', ')} FROM run_facts AS facts
       WHERE number IN (SELECT value FROM json_each(?))`,
      JSON.stringify(numbers),
    );
    const known = new Map(rows.map((row) => [row.run, row]));
    return new Map(
      wanted.map((sql, place) => [sql, numbers.map((number) => known.get(number)?.[`value${place}`] ?? null)]),
    );
  }

  #values(sql: string, values: SqlValue[], numbers: readonly number[]): RunValue[] {
    const rows = this.#database.all<{ run: number; value: RunValue }>(sql, ...values);
    const known = new Map(rows.map(({ run, value }) => [run, value]));
    return numbers.map((number) => known.get(number) ?? null);
  }

  #forgetAfterChange(): void {
    const changes = this.#database.changes;
    if (changes === this.#changes) return;
    this.#selected.clear();
    this.#counts = undefined;
    this.#changes = changes;
  }
}

/** SQL of an attribute; none for a field of another kind. */
function attributeOf({ entity, name }: Field): string[] {
  return entity === 'attributes' ? [(findAttribute(name) as { sql: string }).sql] : [];
}

function plain(text: string, ...values: SqlValue[]): Sql {
  return { text, values };
}

function wordsOf(search: string): string[] {
  return foldText(search).split(/\s+/).filter(Boolean).slice(0, 20);
}
