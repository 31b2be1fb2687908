import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PreparedReference } from '../../statistics/profile/reference-profile.ts';
import { WindowSketch } from '../../statistics/profile/window-sketch.ts';
import { spanEnd, spanStart } from '../../statistics/profile/window-time.ts';
import { type PreparedRow, type ProfileStore, preparedRow, type WindowOwner } from './profile-store.ts';

interface Change {
  /** Finer windows of the span go. */
  from: number;
  to: number;
  rows: PreparedRow[];
}

/**
 * Brings what a process elsewhere says of its rows beside what it said before: of each day, or of a month that comes as a whole, what has
 * more rows counts, since a process only ever counts on, and older documents may be brought later.
 * @param windows of one document and version, disjoint
 * @returns writes it, in a transaction
 */
export async function growthOf(
  store: ProfileStore,
  owner: WindowOwner,
  reference: PreparedReference,
  windows: readonly WindowSketch[],
): Promise<() => void> {
  const changes: Change[] = [];
  const months: PreparedRow[] = [];
  for (const [start, ofMonth] of Map.groupBy(windows, (window) => spanStart('month', window.start))) {
    await nextTurn();
    const month = new Growth(store, owner, reference, start, ofMonth).changes();
    changes.push(...month.changes);
    if (month.sum) months.push(preparedRow(month.sum));
  }
  return () => {
    for (const { from, to, rows } of changes) {
      store.removeFiner(owner, from, to);
      for (const row of rows) store.put(owner, row);
    }
    for (const month of months) store.put(owner, month);
  };
}

/** A month of one owner, before and after a document. */
class Growth {
  readonly #store: ProfileStore;
  readonly #owner: WindowOwner;
  readonly #reference: PreparedReference;
  readonly #start: number;
  readonly #windows: readonly WindowSketch[];

  constructor(
    store: ProfileStore,
    owner: WindowOwner,
    reference: PreparedReference,
    start: number,
    windows: readonly WindowSketch[],
  ) {
    this.#store = store;
    this.#owner = owner;
    this.#reference = reference;
    this.#start = start;
    this.#windows = windows;
  }

  changes(): { changes: Change[]; sum: WindowSketch | null } {
    const before = this.#store.window(this.#owner, 'month', this.#start, this.#reference);
    const days = this.#days();
    const isWhole = this.#windows.some(({ unit }) => unit === 'month') || (before?.rows ?? 0) > rowsOf(days);
    if (!isWhole) return this.#byDay(days);
    if (rowsOf(this.#windows) < (before?.rows ?? 0)) return { changes: [], sum: null };
    const rows = [...Map.groupBy(this.#finer(), ({ start }) => spanStart('day', start))].flatMap(([day, of]) =>
      this.#rowsOfDay(day, of),
    );
    const change = { from: this.#start, to: spanEnd('month', this.#start), rows };
    return { changes: [change], sum: this.#sum('month', this.#start, this.#windows) };
  }

  #byDay(days: readonly WindowSketch[]): { changes: Change[]; sum: WindowSketch | null } {
    const now = new Map(days.map((day) => [day.start, day]));
    const changes: Change[] = [];
    for (const [day, of] of Map.groupBy(this.#finer(), ({ start }) => spanStart('day', start))) {
      if (rowsOf(of) < (now.get(day)?.rows ?? 0)) continue;
      changes.push({ from: day, to: spanEnd('day', day), rows: this.#rowsOfDay(day, of) });
      now.set(day, this.#sum('day', day, of));
    }
    return { changes, sum: changes.length === 0 ? null : this.#sum('month', this.#start, [...now.values()]) };
  }

  #rowsOfDay(day: number, windows: readonly WindowSketch[]): PreparedRow[] {
    const hours = windows.filter(({ unit }) => unit === 'hour');
    return [...hours, this.#sum('day', day, windows)].map(preparedRow);
  }

  #finer(): WindowSketch[] {
    return this.#windows.filter(({ unit }) => unit !== 'month');
  }

  #days(): WindowSketch[] {
    const span = { unit: 'day' as const, from: this.#start, to: spanEnd('month', this.#start) };
    return this.#store.windowsOf(this.#owner, span, this.#reference);
  }

  #sum(unit: 'day' | 'month', start: number, windows: readonly WindowSketch[]): WindowSketch {
    const sum = new WindowSketch(this.#reference, unit, start);
    for (const window of windows) sum.merge(window);
    return sum;
  }
}

function rowsOf(windows: readonly WindowSketch[]): number {
  return windows.reduce((sum, { rows }) => sum + rows, 0);
}
