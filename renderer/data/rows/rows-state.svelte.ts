import type { Condition, RowFilter, SortKey } from '../../../engine/contract/data-rows.ts';

/** How a version's rows are looked at: filters, order, and which columns stand where. */
export class RowsState {
  #conditions = $state.raw<readonly Condition[]>([]);
  #sort = $state.raw<readonly SortKey[]>([]);
  #pinned = $state.raw<readonly string[]>([]);
  #edited = $state<string | undefined>();
  match = $state<RowFilter['match']>('all');
  /** A condition in SQL. */
  where = $state<string | undefined>();

  constructor(filter?: RowFilter) {
    if (!filter) return;
    this.match = filter.match;
    this.#conditions = filter.conditions.filter((one): one is Condition => !('match' in one));
  }

  get conditions(): readonly Condition[] {
    return this.#conditions;
  }

  get sort(): readonly SortKey[] {
    return this.#sort;
  }

  get pinned(): readonly string[] {
    return this.#pinned;
  }

  /** The column that a new filter is made for. */
  get edited(): string | undefined {
    return this.#edited;
  }

  get isEditing(): boolean {
    return this.#edited !== undefined;
  }

  get filter(): RowFilter | undefined {
    return this.#conditions.length === 0 ? undefined : { match: this.match, conditions: [...this.#conditions] };
  }

  /** What a call takes of it; nothing where all rows come in their own order. */
  get order(): { filter?: RowFilter; where?: string; sort?: SortKey[] } {
    return {
      ...(this.filter ? { filter: this.filter } : {}),
      ...(this.where !== undefined ? { where: this.where } : {}),
      ...(this.#sort.length > 0 ? { sort: [...this.#sort] } : {}),
    };
  }

  edit(column: string): void {
    this.#edited = column;
  }

  endEdit(): void {
    this.#edited = undefined;
  }

  /** Adds conditions; ones on the same column that were picked from its bars before make room. */
  add(...conditions: Condition[]): void {
    this.#conditions = [...this.#conditions, ...conditions];
  }

  pick(conditions: readonly Condition[]): void {
    const columns = conditions.map(({ column }) => column);
    this.#conditions = [...this.#conditions.filter(({ column }) => !columns.includes(column)), ...conditions];
  }

  replace(index: number, condition: Condition): void {
    this.#conditions = this.#conditions.map((one, place) => (place === index ? condition : one));
  }

  remove(index: number): void {
    this.#conditions = this.#conditions.filter((_, place) => place !== index);
  }

  clear(): void {
    this.#conditions = [];
  }

  /** Rising, then falling, then not at all; `isAdded` keeps what it is sorted by already. */
  sortBy(column: string, isAdded = false): void {
    const known = this.#sort.find((key) => key.column === column);
    const others = isAdded ? this.#sort.filter((key) => key.column !== column) : [];
    if (!known) this.#sort = [...others, { column, descending: false }];
    else if (known.descending) this.#sort = others;
    else
      this.#sort = isAdded
        ? this.#sort.map((key) => (key === known ? { column, descending: true } : key))
        : [{ column, descending: true }];
  }

  setSort(column: string, descending: boolean): void {
    this.#sort = [{ column, descending }];
  }

  togglePin(column: string): void {
    this.#pinned = this.#pinned.includes(column)
      ? this.#pinned.filter((name) => name !== column)
      : [...this.#pinned, column];
  }
}

/** `by date, newest first`: the order in words. */
export function orderWords(sort: readonly SortKey[]): string {
  if (sort.length === 0) return 'in their own order';
  const words = sort.map(({ column, descending }) => `${column} (${descending ? 'largest' : 'smallest'} first)`);
  return `by ${words.join(', then ')}`;
}
