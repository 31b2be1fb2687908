import { getContext, setContext } from 'svelte';
import type { ImportOptions } from '../../../engine/contract/import-options.ts';
import type { Job } from '../../../engine/contract/jobs.ts';
import { desktop } from '../../client/bridge.ts';
import type { CallResult } from '../../client/client.ts';
import { asClientError, ClientError } from '../../client/client-error.ts';
import { type TakenFile, takeFile, takenPath, takenText } from '../../client/taken-file.ts';
import type { Workspace } from '../../client/workspace.svelte.ts';
import { changedOptions, typedOptions } from './chosen-options.ts';
import { type FilePreview, ImportPreview } from './import-preview.svelte.ts';
import { nameProblem, readableNames, tableExtensions } from './intake-words.ts';
import { type PastedTable, readPastedTable, tableOfCells } from './pasted-table.ts';

export type IntakeMode = 'new' | 'version' | 'append' | 'merge';
export type AddedVersion = CallResult<'data.add'>;

/** Files or a pasted table on their way into the project: read, previewed, named, added. */
export class Intake {
  readonly #workspace: Workspace;
  readonly #shown: ImportPreview;
  #stage = $state<'closed' | 'paste' | 'reading' | 'review' | 'adding'>('closed');
  #label = $state('');
  #files = $state.raw<readonly TakenFile[]>([]);
  #selected = $state(0);
  #options = $state.raw<ImportOptions>({});
  #notes = $state.raw<readonly string[]>([]);
  #error = $state.raw<ClientError>();
  #datasets = $state.raw<readonly string[]>([]);
  /** Key columns by dataset. */
  #keys = $state.raw<ReadonlyMap<string, readonly string[]>>(new Map());
  #job = $state.raw<Job>();
  #uploads = new AbortController();
  /** The dataset that a page wants rows added to. */
  #wanted: string | undefined;
  #mode = $state<IntakeMode>('new');
  #target = $state<string>();
  name = $state('');
  /** The column that says when a row happened, '' for none; of a new dataset only. */
  time = $state('');
  /** The column that tells rows apart, '' for none. */
  key = $state('');

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#shown = new ImportPreview(workspace);
  }

  get stage() {
    return this.#stage;
  }

  get label(): string {
    return this.#label;
  }

  get files(): readonly TakenFile[] {
    return this.#files;
  }

  get selected(): number {
    return this.#selected;
  }

  get preview(): FilePreview | undefined {
    return this.#shown.preview;
  }

  /** True while the file is read again with other options. */
  get isBusy(): boolean {
    return this.#shown.isBusy;
  }

  /** The job that reads the whole file while its first rows are shown already. */
  get reading(): Job | undefined {
    return this.#shown.job;
  }

  /** What was chosen of the options; what is left out is found from the file. */
  get options(): ImportOptions {
    return this.#options;
  }

  /** What reading a pasted table noticed. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  get error(): ClientError | undefined {
    return this.#error ?? this.#shown.error;
  }

  get datasets(): readonly string[] {
    return this.#datasets;
  }

  /** The job that adds it, as the list of jobs knows it now. */
  get job(): Job | undefined {
    return this.#job && (this.#workspace.jobs.find(this.#job.id) ?? this.#job);
  }

  get mode(): IntakeMode {
    return this.#mode;
  }

  set mode(mode: IntakeMode) {
    this.#mode = mode;
    this.#readAgain();
  }

  /** Whether values of the dataset's marked columns are shown. */
  get isRevealed(): boolean {
    return this.#shown.isRevealed;
  }

  set isRevealed(isRevealed: boolean) {
    this.#shown.isRevealed = isRevealed;
    this.#readAgain();
  }

  get target(): string | undefined {
    return this.#target;
  }

  set target(name: string | undefined) {
    this.#target = name;
    this.#readAgain();
  }

  /** Columns by which rows of the dataset are merged; none where it has no key. */
  get mergeKeys(): readonly string[] {
    return (this.#target === undefined ? undefined : this.#keys.get(this.#target)) ?? [];
  }

  /** True where the user may say which column tells rows apart: of a new dataset, or of one that has no key to merge by. */
  get asksKey(): boolean {
    return this.#mode === 'new' || (this.#mode === 'merge' && this.mergeKeys.length === 0);
  }

  /** Columns that can say when a row happened. */
  get timeColumns(): string[] {
    return (this.preview?.columns ?? [])
      .filter(({ type }) => type === 'date' || type === 'timestamp')
      .map(({ name }) => name);
  }

  get problem(): string | undefined {
    if (this.#mode === 'new') return nameProblem(this.name, this.#datasets);
    if (this.#target === undefined) return 'Choose a dataset.';
    return this.keyProblem;
  }

  /** Why rows cannot be merged yet. */
  get keyProblem(): string | undefined {
    const isWanted = this.#mode === 'merge' && this.#target !== undefined && this.asksKey;
    return isWanted && this.key === '' ? 'Say which column tells rows apart.' : undefined;
  }

  /** Chooses some options; undefined leaves one to be found again. */
  choose(change: Partial<ImportOptions>): void {
    this.#options = changedOptions(this.#options, change);
    this.#readAgain();
  }

  /** Chooses the type of a column; undefined leaves it to be found again. */
  chooseType(column: string, type: string | undefined): void {
    this.choose(typedOptions(this.#options, column, type));
  }

  /** Shows another of several files. */
  async select(index: number): Promise<void> {
    const file = this.#files[index];
    if (!file) return;
    this.#selected = index;
    await this.#shown.show(file, this.#options, this.#dataset);
  }

  /** Lets the user choose files; rows for `dataset` where one is given. */
  browse(dataset?: string): void {
    this.#wanted = dataset;
    const bridge = desktop();
    if (bridge) {
      void bridge
        .chooseFile({ title: 'Add a file', extensions: [{ name: 'Tables', extensions: [...tableExtensions] }] })
        .then((path) => (path ? this.#take(async () => [takenPath(path)], takenPath(path).label) : undefined))
        .catch((thrown: unknown) => this.#workspace.report(thrown));
      return;
    }
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = tableExtensions.map((extension) => `.${extension}`).join();
    input.multiple = true;
    input.addEventListener('change', () => void this.takeFiles([...(input.files ?? [])], dataset));
    input.click();
  }

  openPasteBox(dataset?: string): void {
    this.#wanted = dataset;
    this.#error = undefined;
    this.#stage = 'paste';
  }

  async takeFiles(files: readonly File[], dataset?: string): Promise<void> {
    this.#wanted = dataset ?? this.#wanted;
    const [first] = files;
    if (first === undefined) return;
    const label = files.length === 1 ? first.name : `${first.name} and ${files.length - 1} more`;
    await this.#take(async (signal) => {
      const wrong = files.find((file) => !readableNames.test(file.name));
      if (wrong) throw wrongKind(wrong.name);
      return Promise.all(files.map((file) => takeFile(file, this.#workspace.client, signal)));
    }, label);
  }

  async takeText(text: string): Promise<void> {
    await this.#takeTable(() => readPastedTable(text));
  }

  /** Cells of a table of a web page or spreadsheet. */
  async takeCells(cells: string[][]): Promise<void> {
    await this.#takeTable(() => tableOfCells(cells));
  }

  async #takeTable(read: () => Promise<PastedTable>): Promise<void> {
    await this.#take(async () => {
      const table = await read();
      this.#notes = table.warnings;
      return [takenText(table.csv, 'Pasted table')];
    }, 'Pasted table');
  }

  /** True where checks of the dataset refused the rows; they can be added all the same. */
  get isRefused(): boolean {
    return this.#error?.report.code === 'data.expectation_failed';
  }

  /**
   * Adds what was previewed, on request although checks that block fail. Resolves with the version, or with undefined
   * where it failed (see `error`).
   */
  async add(acceptFailures = false): Promise<AddedVersion | undefined> {
    const [first] = this.#files;
    if (first === undefined || this.problem !== undefined) return undefined;
    this.#stage = 'adding';
    this.#error = undefined;
    const order = {
      name: this.#mode === 'new' ? this.name : (this.#target ?? this.name),
      append: this.#mode === 'append' || undefined,
      upsert: this.#mode === 'merge' || undefined,
      key: this.asksKey && this.key !== '' ? [this.key] : undefined,
      acceptFailures: acceptFailures || undefined,
      time: (this.#mode === 'new' && this.time) || undefined,
      options: this.#options,
    };
    try {
      const paths = await Promise.all(this.#files.map((file) => file.whole()));
      const job =
        'text' in first.first
          ? await this.#workspace.begin('data.addText', { ...order, ...first.first })
          : await this.#workspace.begin('data.add', { ...order, files: paths.filter((path) => path !== undefined) });
      this.#job = job;
      const added = (await this.#workspace.jobs.result(job.id)) as AddedVersion;
      this.close();
      return added;
    } catch (thrown) {
      this.#stage = 'review';
      const error = asClientError(thrown);
      if (error.report.kind !== 'canceled') this.#error = error;
      return undefined;
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.#workspace.cancel(this.job);
  }

  close(): void {
    this.#uploads.abort();
    this.#shown.clear();
    this.#stage = 'closed';
    this.#files = [];
    this.#error = undefined;
    this.#job = undefined;
    this.#wanted = undefined;
  }

  /** The dataset whose remembered options hold. */
  get #dataset(): string | undefined {
    return this.#mode === 'new' ? undefined : this.#target;
  }

  async #take(take: (signal: AbortSignal) => Promise<readonly TakenFile[]>, label: string): Promise<void> {
    this.#shown.clear();
    this.#uploads.abort();
    this.#uploads = new AbortController();
    const { signal } = this.#uploads;
    this.#stage = 'reading';
    this.#label = label;
    this.#error = undefined;
    this.#options = {};
    this.#notes = [];
    this.#job = undefined;
    this.#files = [];
    this.#selected = 0;
    try {
      const [files, { datasets }] = await Promise.all([take(signal), this.#workspace.client.call('data.list', {})]);
      if (signal.aborted) return;
      this.#files = files;
      this.#datasets = datasets.map((dataset) => dataset.name);
      this.#keys = new Map(datasets.map(({ name, latest }) => [name, latest.keyColumns]));
      this.key = '';
      this.#mode = this.#wanted !== undefined && this.#datasets.includes(this.#wanted) ? 'append' : 'new';
      this.#target = this.#mode === 'append' ? this.#wanted : undefined;
      await this.#shown.show(files[0] as TakenFile, {}, this.#dataset);
      if (signal.aborted) return;
      if (this.preview) this.#suggest(this.preview.suggestedName);
      // Of a dataset that is there the remembered options hold, and its marked columns are hidden from the first.
      if (this.mode === 'version') await this.#shown.show(files[0] as TakenFile, {}, this.#dataset);
      if (signal.aborted) return;
      // What keeps a file from being taken is told when it is added.
      for (const file of files) file.whole().catch(() => {});
    } catch (thrown) {
      if (signal.aborted) return;
      this.#error = asClientError(thrown);
    }
    this.#stage = 'review';
  }

  #suggest(name: string): void {
    this.name = name;
    const [only, ...others] = this.timeColumns;
    this.time = only !== undefined && others.length === 0 ? only : '';
    if (this.#mode === 'append') return;
    this.#target = this.#datasets.includes(name) ? name : this.#datasets[0];
    if (this.#datasets.includes(name)) this.#mode = 'version';
  }

  #readAgain(): void {
    const file = this.#files[this.#selected];
    this.#error = undefined;
    if (file) this.#shown.change(file, this.#options, this.#dataset);
  }
}

function wrongKind(fileName: string): ClientError {
  return new ClientError({
    code: 'client.not_a_table',
    kind: 'invalid',
    message: `${fileName} is not a table that Galley reads.`,
    hint: 'Drop a .csv, .tsv, .txt, .parquet, .json, .xlsx or .arrow file, or one of these packed as .gz or .zst.',
    details: { fileName },
  });
}

const key = Symbol('intake');

export function provideIntake(intake: Intake): void {
  setContext(key, intake);
}

export function useIntake(): Intake {
  return getContext<Intake>(key);
}
