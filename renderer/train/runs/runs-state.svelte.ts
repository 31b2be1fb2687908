import type { RunSelection, RunValue, RunView } from '../../../engine/contract/train-tracking.ts';
import type { CallResult } from '../../client/client.ts';
import { asClientError, type ClientError } from '../../client/client-error.ts';
import type { Workspace } from '../../client/workspace.svelte.ts';
import { firstView, isFilter } from './run-fields.ts';

type Page = CallResult<'train.runs'>;

const pageRows = 200;
/** That calls take at once. */
const mostChosen = 10_000;
const mostColumns = 60;

/** A row of the table, as far as it has been read. */
export interface RunRow {
  id: string;
  number: number;
  value: (field: string) => RunValue | undefined;
}

interface Loaded {
  total: number;
  all: number;
  archived: number;
  pages: ReadonlyMap<number, Page>;
  /** What the pages were read for. */
  columns: readonly string[];
  isFiltered: boolean;
}

/** The table of runs: what is looked at, and the pages of it that came into view. */
export class RunsState {
  readonly #workspace: Workspace;
  #view = $state.raw<RunView>(firstView);
  /** What stands in the box: a filter, or words. */
  #text = $state('');
  #loaded = $state.raw<Loaded | undefined>();
  #error = $state.raw<ClientError | undefined>();
  #loading = $state(false);
  #chosen = $state.raw<ReadonlyMap<string, number>>(new Map());
  #reads = $state(0);
  #running: AbortController | undefined;
  #pending = new Set<number>();
  /** Of the pages in view. */
  #inView: [number, number] = [0, 0];

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  get view(): RunView {
    return this.#view;
  }

  get text(): string {
    return this.#text;
  }

  get error(): ClientError | undefined {
    return this.#error;
  }

  get loading(): boolean {
    return this.#loading;
  }

  get loaded(): Omit<Loaded, 'pages' | 'columns'> | undefined {
    return this.#loaded;
  }

  /** How often the table was read as a whole; pages that come into view do not count. */
  get reads(): number {
    return this.#reads;
  }

  /** Numbers of the chosen runs by their ids. */
  get chosen(): ReadonlyMap<string, number> {
    return this.#chosen;
  }

  /** What calls about these runs take. */
  get selection(): RunSelection {
    const { filter, search, archived, sort } = this.#view;
    return { filter, search, archived, sort };
  }

  /** Another text in the box: a filter as it stands, or words. */
  write(text: string): void {
    this.#text = text;
    const trimmed = text.trim();
    const isWords = trimmed !== '' && !isFilter(trimmed);
    this.change({ filter: isWords || trimmed === '' ? undefined : trimmed, search: isWords ? trimmed : undefined });
  }

  /** Another view shows other runs: none is chosen any more. */
  open(view: RunView): void {
    this.#chosen = new Map();
    this.#text = view.filter ?? view.search ?? '';
    this.#view = view;
    void this.read();
  }

  change(parts: Partial<RunView>): void {
    if ('archived' in parts) this.#chosen = new Map();
    this.#view = { ...this.#view, ...parts };
    if (Object.keys(parts).every((key) => key === 'chart')) return;
    void this.read();
  }

  choose(rows: ReadonlyMap<string, number>): void {
    this.#chosen = rows;
  }

  toggle({ id, number }: Pick<RunRow, 'id' | 'number'>, on: boolean): void {
    const next = new Map(this.#chosen);
    if (on) next.set(id, number);
    else next.delete(id);
    this.#chosen = next;
  }

  /** Chooses every run that the table shows, also those that were not scrolled to. */
  async chooseAll(): Promise<void> {
    const input = { ...this.selection, columns: [], limit: mostChosen };
    try {
      const { ids, numbers } = await this.#workspace.client.call('train.runs', input);
      this.#chosen = new Map(ids.map((id, index) => [id, numbers[index] as number]));
    } catch (thrown) {
      this.#workspace.report(thrown);
    }
  }

  /** Reads the pages in view anew; what is shown stays until they are there. */
  async read(): Promise<void> {
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    this.#pending.clear();
    this.#loading = true;
    const columns = [...this.#view.columns];
    const isFiltered = this.#view.filter !== undefined || this.#view.search !== undefined;
    try {
      const [first, last] = this.#inView;
      const pages = new Map<number, Page>();
      for (let page = first; page <= last; page++) {
        const answer = await this.#fetch(page, columns, controller.signal);
        pages.set(page, answer);
        if (answer.total <= (page + 1) * pageRows) break;
      }
      const newest = [...pages.values()].at(-1) as Page;
      this.#loaded = { total: newest.total, all: newest.all, archived: newest.archived, pages, columns, isFiltered };
      this.#reads += 1;
      this.#error = undefined;
    } catch (thrown) {
      if (controller.signal.aborted) return;
      this.#error = asClientError(thrown);
    }
    this.#loading = false;
  }

  /** The row at a place of the order; undefined while it is on the way. */
  row(place: number): RunRow | undefined {
    const loaded = this.#loaded;
    const page = loaded?.pages.get(Math.floor(place / pageRows));
    const at = place % pageRows;
    const id = page?.ids[at];
    if (!page || id === undefined) return undefined;
    return {
      id,
      number: page.numbers[at] as number,
      value: (field) => page.columns.find((column) => column.field === field)?.values[at],
    };
  }

  /** Sees to it that the rows between two places are or will be there. */
  want(first: number, last: number): void {
    this.#inView = [Math.floor(first / pageRows), Math.floor(Math.max(first, last) / pageRows)];
    const loaded = this.#loaded;
    if (!loaded || this.#loading) return;
    for (let page = this.#inView[0]; page <= this.#inView[1]; page++)
      if (!loaded.pages.has(page) && !this.#pending.has(page)) void this.#add(page, loaded);
  }

  stop(): void {
    this.#running?.abort();
  }

  async #add(page: number, loaded: Loaded): Promise<void> {
    const signal = this.#running?.signal ?? new AbortController().signal;
    this.#pending.add(page);
    try {
      const answer = await this.#fetch(page, loaded.columns, signal);
      if (signal.aborted || this.#loaded === undefined) return;
      this.#loaded = { ...this.#loaded, pages: new Map(this.#loaded.pages).set(page, answer) };
    } catch (thrown) {
      if (!signal.aborted) this.#error = asClientError(thrown);
    } finally {
      this.#pending.delete(page);
    }
  }

  #fetch(page: number, columns: readonly string[], signal: AbortSignal): Promise<Page> {
    // A score is written in the digits of its metric.
    const wanted = columns.length < mostColumns ? [...new Set([...columns, 'attributes.metric'])] : [...columns];
    const input = { ...this.selection, columns: wanted, offset: page * pageRows, limit: pageRows };
    return this.#workspace.client.call('train.runs', input, signal);
  }
}
