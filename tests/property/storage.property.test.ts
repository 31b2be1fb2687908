import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { AddResult } from '../../engine/contract/data-results.ts';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import type { Cell } from '../../engine/data/versions/views.ts';
import { type DataProject, dataProject } from '../support/data-project.ts';
import { identityOfTable, type PlainRow } from '../support/plain-table.ts';
import { type TableValue, TableWriter } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary.ts';

const schema: SchemaColumn[] = [
  { name: 'id', type: 'int64' },
  { name: 'ratio', type: 'float64' },
  { name: 'price', type: 'decimal', scale: 2 },
  { name: 'flag', type: 'boolean' },
  { name: 'day', type: 'date' },
  { name: 'moment', type: 'timestamp' },
  { name: 'position "it\'s"', type: 'text' },
];

/** Few values, so that rows are equal often; texts in both normal forms, empty ones and ones that look like SQL. */
const row: fc.Arbitrary<PlainRow> = fc.tuple(
  fc.option(fc.constantFrom('0', '1', '2', '3', '-9223372036854775808', '9223372036854775807'), { freq: 8 }),
  fc.option(fc.constantFrom(0, -0, 0.1, -1.5, 1e300)),
  fc.option(fc.constantFrom('0.00', '-12.30', '99999999999999999999.99')),
  fc.option(fc.boolean()),
  fc.option(fc.constantFrom('0001-01-01', '2024-02-29')),
  fc.option(fc.constantFrom('1969-12-31T23:59:59.999999Z', '2024-02-29T12:30:00Z')),
  fc.option(fc.constantFrom('', 'a', 'caf\u00e9', 'cafe\u0301', "'; DROP TABLE x --", '\u{1f600}\n"')),
);
const rows = fc.array(row, { minLength: 1, maxLength: 8 });

/** Places are drawn as numbers that are taken modulo the rows there are. */
type Step =
  | { kind: 'replace'; keep: boolean[]; rows: PlainRow[]; at: number }
  | { kind: 'append'; rows: PlainRow[] }
  | { kind: 'upsert'; rows: PlainRow[] }
  | {
      kind: 'edit';
      at: number;
      column: number;
      values: PlainRow;
      remove: number[];
      insert: { at: number; row: PlainRow }[];
    }
  | { kind: 'compact'; back: number }
  | { kind: 'export' }
  | { kind: 'reopen'; emptyCache: boolean };

const place = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      keep: fc.array(fc.boolean(), { minLength: 1 }),
      rows: fc.array(row, { maxLength: 4 }),
      at: place,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('append' as const), rows }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('upsert' as const), rows: fc.array(row, { minLength: 1, maxLength: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      at: place,
      column: fc.nat(schema.length - 1),
      values: row,
      remove: fc.array(place, { maxLength: 2 }),
      insert: fc.array(fc.record({ at: place, row }), { maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), back: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'export' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), emptyCache: fc.boolean() }) },
);

/** A delta of a few rows is larger than the rows. */
const limits = { parts: 3, changedRows: 0.9, changedBytes: 1000 };

const byName = (values: PlainRow) => Object.fromEntries(schema.map(({ name }, index) => [name, values[index] as Cell]));

const zeroless = (value: Cell) => (value === 0 ? 0 : value);

/** Values as the contract answers them. */
function shown(values: PlainRow): Cell[] {
  return values.map((value, index) => {
    if (value === null) return null;
    if (schema[index]?.type === 'int64') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    return schema[index]?.type === 'float64' ? Number(value) + 0 : value;
  });
}

function written(values: PlainRow): TableValue[] {
  return values.map((value) => (typeof value === 'number' ? (Object.is(value, -0) ? '-0.0' : String(value)) : value));
}

/** A dataset beside the plain tables that its versions have to be. */
class Compared {
  readonly #folder = temporaryFolder();
  readonly #writer: TableWriter;
  readonly #versions: PlainRow[][] = [];
  #project: DataProject;
  deltas = 0;

  constructor(writer: TableWriter) {
    this.#writer = writer;
    this.#project = dataProject('here', { path: this.#folder, limits });
  }

  get #rows(): PlainRow[] {
    return this.#versions.at(-1) ?? [];
  }

  async add(table: readonly PlainRow[], options: { append?: boolean; upsert?: boolean } = {}): Promise<AddResult> {
    const file = await this.#writer.write(schema, table.map(written));
    return this.#project.add({ name: 'log', files: [file], key: ['id'], force: true, ...options });
  }

  /** Does a step with the dataset and with the plain table, and compares them. */
  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'replace':
        return this.#replace(step);
      case 'append':
        return this.#became([...this.#rows, ...step.rows], await this.add(step.rows, { append: true }));
      case 'upsert':
        return this.#upsert(step.rows);
      case 'edit':
        return this.#edit(step);
      case 'compact':
        return this.#compact(Math.max(1, this.#versions.length - step.back));
      case 'export':
        return this.#export();
      case 'reopen':
        await this.#project.close();
        if (step.emptyCache) this.#project.context.rowCache.clear();
        this.#project = dataProject('here', { path: this.#folder, limits });
        return this.compare(this.#versions.length);
    }
  }

  async #replace(step: { keep: boolean[]; rows: PlainRow[]; at: number }): Promise<void> {
    const kept = this.#rows.filter((_, index) => step.keep[index % step.keep.length]);
    const at = step.at % (kept.length + 1);
    const next = [...kept.slice(0, at), ...step.rows, ...kept.slice(at)];
    if (next.length === 0) return;
    await this.#became(next, await this.add(next));
  }

  async #upsert(fresh: PlainRow[]): Promise<void> {
    const keys = fresh.map((values) => values[0] as Cell);
    const matches = (key: Cell) => this.#rows.filter((values) => values[0] === key).length;
    const adding = this.add(fresh, { upsert: true });
    if (keys.includes(null)) return void (await expect(adding).rejects.toMatchObject({ code: 'data.missing_key' }));
    if (new Set(keys).size < keys.length || keys.some((key) => matches(key) > 1)) {
      return void (await expect(adding).rejects.toMatchObject({ code: 'data.key_not_unique' }));
    }
    const next = this.#rows.map((values) => fresh.find((other) => other[0] === values[0]) ?? values);
    await this.#became([...next, ...fresh.filter((values) => matches(values[0] as Cell) === 0)], await adding);
  }

  async #edit(step: Extract<Step, { kind: 'edit' }>): Promise<void> {
    const before = this.#rows;
    const row = step.at % before.length;
    const name = schema[step.column]?.name as string;
    const value = step.values[step.column] as Cell;
    const remove = [...new Set(step.remove.map((at) => at % before.length))].filter((at) => at !== row);
    const insert = step.insert.map(({ at, row: values }) => ({ before: at % (before.length + 1), values }));
    const next: PlainRow[] = [];
    for (let at = 0; at <= before.length; at++) {
      next.push(...insert.filter((one) => one.before === at).map(({ values }) => values));
      const old = before[at];
      if (old && !remove.includes(at)) next.push(at === row ? old.with(step.column, value) : old);
    }
    const job = this.#project.data.handlers.edit({
      reference: 'log',
      edits: [{ row, values: { [name]: value } }],
      remove,
      insert: insert.map(({ before: at, values }) => ({
        ...(at < before.length && { before: at }),
        values: byName(values),
      })),
    });
    await this.#became(next, await this.#project.result<AddResult>(job));
  }

  async #compact(version: number): Promise<void> {
    await this.#project.result(this.#project.data.handlers.compact({ reference: `log@${version}` }));
    await this.compare(version);
  }

  async #export(): Promise<void> {
    const version = this.#versions.length;
    const paths = ['one.parquet', 'two.parquet', 'one.csv', 'two.csv'].map((name) => join(this.#folder, name));
    const bytes: Buffer[] = [];
    for (const to of paths) {
      await this.#project.data.handlers.export({ reference: `log@${version}`, to });
      bytes.push(readFileSync(to));
      if (to.endsWith('one.parquet')) this.#project.context.rowCache.clear();
    }
    expect(bytes[0]).toEqual(bytes[1]);
    expect(bytes[2]).toEqual(bytes[3]);
    const back = await this.#project.add({ name: 'back', files: [paths[0] as string] });
    expect(back.identity).toBe(identityOfTable(schema, this.#rows));
  }

  /** Compares the newest version with the table that it has to be; the same rows again are no new version. */
  async #became(table: PlainRow[], answer: AddResult): Promise<void> {
    const identity = identityOfTable(schema, table);
    const isSame = this.#versions.length > 0 && identity === identityOfTable(schema, this.#rows);
    expect(answer).toMatchObject({ unchanged: isSame, identity, rows: table.length });
    if (!isSame) this.#versions.push(table);
    expect(answer.version).toBe(this.#versions.length);
    await this.compare(this.#versions.length);
  }

  async first(table: PlainRow[]): Promise<void> {
    await this.#became(table, await this.add(table));
  }

  /** A version as it is read beside its table. */
  async compare(version: number): Promise<void> {
    const table = this.#versions[version - 1] as PlainRow[];
    const page = await this.#project.data.handlers.rows({ reference: `log@${version}`, offset: 0, limit: 1000 });
    // DuckDB's dictionaries hold -0 and 0 as one, as the identity does.
    expect(page.rows.map((cells) => cells.with(1, zeroless(cells[1] ?? null)))).toEqual(table.map(shown));
    expect(page.total).toBe(table.length);
  }

  /** Every version is there, is whole, and has its identity when it is read back. */
  async end(): Promise<void> {
    for (let version = 1; version <= this.#versions.length; version++) await this.compare(version);
    const { database, blobs } = this.#project.context;
    this.deltas = database
      .all<{ manifest: string }>('SELECT manifest FROM dataset_versions')
      .filter(({ manifest }) => manifest.includes('"delta"')).length;
    expect(await this.#project.data.verify()).toEqual([]);
    blobs.sweep();
    expect((await blobs.verify()).problems).toEqual([]);
    await this.#project.close();
  }
}

test('whatever is done to a dataset, its versions are the tables that they would be without any storage', async () => {
  const writer = await TableWriter.open();
  onTestFinished(() => writer.close());
  let deltas = 0;
  await fc.assert(
    fc.asyncProperty(rows, fc.array(step, { minLength: 1, maxLength: 8 }), async (first, steps) => {
      const compared = new Compared(writer);
      await compared.first(first);
      for (const one of steps) await compared.step(one);
      await compared.end();
      deltas += compared.deltas;
    }),
    { numRuns: 12, endOnFailure: true },
  );
  expect(deltas).toBeGreaterThan(0);
});
