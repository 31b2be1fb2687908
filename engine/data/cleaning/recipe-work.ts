import { GalleyError } from '../../base/errors.ts';
import type { CleaningStep } from '../../contract/cleaning-steps.ts';
import type { StepReport } from '../../contract/data-cleaning.ts';
import { sqlName } from '../../store/duck.ts';
import { planStep } from './plan-step.ts';
import {
  type PlannedFault,
  rowName,
  type StepPlan,
  type StepTable,
  type StepTools,
  stepFault,
  wholeInputKinds,
} from './step-plan.ts';

/** Where the tables between the steps are kept. */
export interface TableKeeper {
  /** Keeps what a query answers, in its order. Answers how many rows there are and what stands after FROM to read them. */
  keep(query: string, columns: readonly string[]): Promise<{ rows: number; from: string }>;
}

/** A step that was planned but not yet done. */
interface PendingStep {
  /** Place in the recipe. */
  index: number;
  step: CleaningStep;
  plan: StepPlan;
  /** What stands after FROM for its input. */
  input: string;
}

interface Counter {
  name: string;
  index: number;
  role: 'cells' | 'count' | 'fault';
  what: string;
  fault?: PlannedFault;
}

/** Steps of one stage: deeper nesting takes DuckDB's planner longer than a table between takes. */
const mostPending = 12;
const mostColumns = 10_000;
const shownExamples = 5;

/**
 * The work of a recipe: its steps one after the other, several in one query where none of them needs its input at hand. Each
 * table between is kept in the order of its rows, and `__galley_row` says where a row stands in it, so that every step gives
 * the same rows in the same order each time.
 */
export class RecipeWork {
  readonly reports: StepReport[] = [];
  readonly #tools: StepTools;
  readonly #keeper: TableKeeper;
  #table: StepTable;
  #rows: number;
  #pending: PendingStep[] = [];
  #counters: Counter[] = [];

  constructor(source: StepTable, rows: number, tools: StepTools, keeper: TableKeeper) {
    this.#table = source;
    this.#rows = rows;
    this.#tools = tools;
    this.#keeper = keeper;
  }

  /** The columns after the steps so far. */
  get schema(): StepTable['schema'] {
    return (
      this.#pending.at(-1)?.plan.columns.map(({ name, type, scale }) => columnOf(name, type, scale)) ??
      this.#table.schema
    );
  }

  /**
   * Plans a step, and does it where it must be done before the next one.
   * @throws GalleyError that names the step
   */
  async add(step: CleaningStep, index: number): Promise<StepPlan> {
    if (wholeInputKinds.has(step.kind) || this.#pending.length >= mostPending) await this.settle();
    const plan = await atStep(index, step, () =>
      planStep(step, { from: this.#table.from, schema: this.schema }, this.#tools),
    );
    if (plan.columns.length === 0) throw nothingLeft(`Step ${index + 1} (${step.kind}) leaves no column.`, index);
    if (plan.columns.length > mostColumns)
      throw stepFault(`Step ${index + 1} (${step.kind}) makes more than ${mostColumns} columns.`, { step: index + 1 });
    const input =
      this.#pending.length === 0 ? this.#table.from : `(${this.#query(this.#pending.length - 1, this.#counters)})`;
    this.#pending.push({ index, step, plan, input });
    this.#counters.push(...this.#countersOf(index, plan));
    if (plan.orderBy !== undefined) await this.settle();
    return plan;
  }

  /** Does what is pending. Answers the table that came out; `marks` says per row which cells the last step changed. */
  async settle(marks: readonly { name: string; sql: string }[] = []): Promise<{ table: StepTable; rows: number }> {
    if (this.#pending.length === 0) return { table: this.#table, rows: this.#rows };
    const schema = this.schema;
    const sums = await this.#count();
    const last = this.#pending.length - 1;
    const names = schema.map((column) => column.name);
    const all = [...names.map(sqlName), ...marks.map(({ name }) => sqlName(name))].join(', ');
    const isMixed = this.#pending.some(({ plan }) => plan.mixesRows);
    const inner = this.#query(last, [], marks);
    const isOrdered = this.#pending[last]?.plan.orderBy !== undefined;
    const query = isOrdered ? inner : `SELECT ${all} FROM (${inner})${isMixed ? ` ORDER BY ${rowName}` : ''}`;
    const kept = await this.#blaming(() => this.#keeper.keep(query, [...names, ...marks.map(({ name }) => name)]));
    this.#report(sums, kept.rows);
    this.#table = { from: kept.from, schema };
    this.#rows = kept.rows;
    this.#pending = [];
    this.#counters = [];
    return { table: this.#table, rows: this.#rows };
  }

  #countersOf(index: number, plan: StepPlan): Counter[] {
    const counter = (role: Counter['role'], what: string, place: number, fault?: PlannedFault): Counter => ({
      name: `__galley_${role}_${index}_${place}`,
      index,
      role,
      what,
      ...(fault ? { fault } : {}),
    });
    return [
      ...(plan.columns.some((column) => column.changed) ? [counter('cells', '', 0)] : []),
      ...(plan.counts ?? []).map(({ what }, place) => counter('count', what, place)),
      ...(plan.faults ?? []).map((fault, place) => counter('fault', '', place, fault)),
    ];
  }

  /** The expression of a counter over the input of its step. */
  #counterSql({ role, name }: Counter, plan: StepPlan): string {
    const place = Number(name.slice(name.lastIndexOf('_') + 1));
    const conditions =
      role === 'cells'
        ? plan.columns.flatMap((column) => (column.changed ? [column.changed] : []))
        : [(role === 'count' ? plan.counts : plan.faults)?.[place]?.sql ?? 'false'];
    return conditions.map((condition) => `(${condition})::INTEGER`).join(' + ');
  }

  /** The query of a pending step over those before it, with the counters of all of them. */
  #query(place: number, counters: readonly Counter[], marks: readonly { name: string; sql: string }[] = []): string {
    const { plan, input, index } = this.#pending[place] as PendingStep;
    const own = counters.filter((counter) => counter.index === index);
    const carried = place === 0 ? [] : counters.filter((counter) => counter.index !== index);
    const row = plan.orderBy === undefined ? [rowName] : [];
    const selects = [
      ...plan.columns.map((column) => `${column.sql} AS ${sqlName(column.name)}`),
      ...row,
      ...own.map((counter) => `${this.#counterSql(counter, plan)} AS ${counter.name}`),
      ...carried.map((counter) => counter.name),
      ...marks.map(({ name, sql }) => `${sql} AS ${sqlName(name)}`),
    ];
    const where = plan.where === undefined ? '' : ` WHERE ${plan.where}`;
    const order = plan.orderBy === undefined ? '' : ` ORDER BY ${plan.orderBy}`;
    return `SELECT ${selects.join(', ')} FROM ${plan.from ?? input}${where}${order}`;
  }

  /** Sums of the counters by name; throws for the first fault. */
  async #count(): Promise<Map<string, number>> {
    if (this.#counters.length === 0) return new Map();
    const sums = this.#counters.map((counter) => `coalesce(sum(${counter.name}), 0)::DOUBLE`).join(', ');
    const query = `SELECT ${sums} FROM (${this.#query(this.#pending.length - 1, this.#counters)})`;
    const [row = []] = await this.#blaming(() => this.#tools.ask(query));
    const found = new Map(this.#counters.map((counter, place) => [counter.name, Number(row[place])]));
    for (const counter of this.#counters) {
      const count = found.get(counter.name) ?? 0;
      if (counter.role === 'fault' && count > 0) throw await this.#misfits(counter, count);
    }
    return found;
  }

  async #misfits(counter: Counter, count: number): Promise<GalleyError> {
    const { step, input, index } = this.#pending.find((pending) => pending.index === counter.index) as PendingStep;
    const { sql, value, message } = counter.fault as PlannedFault;
    const rows = await this.#tools.ask(
      `SELECT ${value}::VARCHAR, ${rowName}::DOUBLE + 1 FROM ${input} WHERE ${sql} ORDER BY ${rowName} LIMIT ${shownExamples}`,
    );
    const examples = rows.map(([text, row]) => ({ value: String(text), row: Number(row) }));
    const shown = examples.map(
      (example) => `"${example.value.slice(0, 40)}" in row ${example.row.toLocaleString('en-US')}`,
    );
    const more = count > shown.length ? ', …' : '';
    return new GalleyError(
      'data.misfits',
      `Step ${index + 1} (${step.kind}): ${message(count, shown.join(', ') + more)}`,
      {
        details: { step: index + 1, kind: step.kind, count, examples },
      },
    );
  }

  #report(sums: ReadonlyMap<string, number>, rows: number): void {
    let before = this.#rows;
    for (const { index } of this.#pending) {
      const own = this.#counters.filter((counter) => counter.index === index);
      const cells = own.find((counter) => counter.role === 'cells');
      this.reports.push({
        step: index,
        rowsIn: before,
        rowsOut: rows,
        cells: cells ? (sums.get(cells.name) ?? 0) : 0,
        counts: own
          .filter((counter) => counter.role === 'count')
          .map((counter) => ({ what: counter.what, count: sums.get(counter.name) ?? 0 })),
      });
      before = rows;
    }
  }

  /** Says which step's expression failed on the rows, where the query of several did. */
  async #blaming<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      if (!isOfValues(cause)) throw cause;
      for (const [place, { index, step, plan }] of this.#pending.entries()) {
        const used = plan.columns.map((column) => `count(${sqlName(column.name)})`).join(', ');
        await atStep(index, step, () => this.#tools.ask(`SELECT ${used} FROM (${this.#query(place, [])})`));
      }
      throw cause;
    }
  }
}

function columnOf(name: string, type: StepTable['schema'][number]['type'], scale: number | undefined) {
  return { name, type, ...(scale === undefined ? {} : { scale }) };
}

/** True for errors of DuckDB that come from values of the rows. */
function isOfValues(error: unknown): error is Error {
  return error instanceof Error && /^(Conversion|Out of Range|Invalid Input) Error/.test(error.message);
}

export function nothingLeft(message: string, index?: number): GalleyError {
  return new GalleyError('data.nothing_left', message, { details: index === undefined ? {} : { step: index + 1 } });
}

/** Runs what belongs to a step; an error then names it. */
async function atStep<Result>(index: number, step: CleaningStep, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const prefix = `Step ${index + 1} (${step.kind}): `;
    const place = { step: index + 1, kind: step.kind };
    if (cause instanceof GalleyError) {
      if (cause.kind === 'canceled') throw cause;
      const { code, hint, details } = cause;
      throw new GalleyError(code, prefix + cause.message, { hint, details: { ...details, ...place }, cause });
    }
    if (!isOfValues(cause)) throw cause;
    const [reason = ''] = cause.message.split('\n');
    throw new GalleyError('data.misfits', `${prefix}${reason.replace(/^[A-Z][a-zA-Z ]* Error: /, '')}`, {
      details: place,
      cause,
    });
  }
}
