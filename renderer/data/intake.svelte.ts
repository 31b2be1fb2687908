import { getContext, setContext } from 'svelte';
import type { Job } from '../../engine/contract/jobs.ts';
import { desktop } from '../client/bridge.ts';
import type { CallResult } from '../client/client.ts';
import { asClientError, ClientError } from '../client/client-error.ts';
import type { Workspace } from '../client/workspace.svelte.ts';
import { nameProblem } from './intake-words.ts';
import { readPastedTable } from './pasted-table.ts';

export type IntakeSource =
  | { kind: 'files'; paths: string[]; label: string }
  | { kind: 'text'; text: string; fileName: string; label: string };
export type IntakeMode = 'new' | 'version' | 'append';
export type IntakePreview = CallResult<'data.preview'>;
export type AddedVersion = CallResult<'data.add'>;

const largestText = 4_000_000;
const readable = /\.(csv|tsv|txt|parquet)$/i;

/** A file or pasted table on its way into the project: read, previewed, named, added. */
export class Intake {
  readonly #workspace: Workspace;
  #stage = $state<'closed' | 'paste' | 'reading' | 'review' | 'adding'>('closed');
  #source = $state.raw<IntakeSource>();
  #preview = $state.raw<IntakePreview>();
  #warnings = $state.raw<readonly string[]>([]);
  #error = $state.raw<ClientError>();
  #datasets = $state.raw<readonly string[]>([]);
  #job = $state.raw<Job>();
  /** The dataset that a page wants rows added to. */
  #wanted: string | undefined;
  name = $state('');
  /** The column that says when a row happened, '' for none; of a new dataset only. */
  time = $state('');
  mode = $state<IntakeMode>('new');
  target = $state<string>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  get stage() {
    return this.#stage;
  }

  get source(): IntakeSource | undefined {
    return this.#source;
  }

  get preview(): IntakePreview | undefined {
    return this.#preview;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get error(): ClientError | undefined {
    return this.#error;
  }

  get datasets(): readonly string[] {
    return this.#datasets;
  }

  /** The job that adds it, as the list of jobs knows it now. */
  get job(): Job | undefined {
    return this.#job && (this.#workspace.jobs.find(this.#job.id) ?? this.#job);
  }

  /** Columns that can say when a row happened. */
  get timeColumns(): string[] {
    return (this.#preview?.columns ?? [])
      .filter(({ type }) => type === 'date' || type === 'timestamp')
      .map(({ name }) => name);
  }

  get problem(): string | undefined {
    if (this.mode === 'new') return nameProblem(this.name, this.#datasets);
    return this.target === undefined ? 'Choose a dataset.' : undefined;
  }

  /** Lets the user choose a file; rows for `dataset` where one is given. */
  choose(dataset?: string): void {
    this.#wanted = dataset;
    const bridge = desktop();
    if (bridge) {
      void bridge
        .chooseFile({
          title: 'Add a file',
          extensions: [{ name: 'Tables', extensions: ['csv', 'tsv', 'txt', 'parquet'] }],
        })
        .then((path) => (path ? this.#open({ kind: 'files', paths: [path], label: baseName(path) }) : undefined))
        .catch((thrown: unknown) => this.#workspace.report(thrown));
      return;
    }
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.csv,.tsv,.txt,.parquet';
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
    this.#begin(files.length === 1 ? first.name : `${first.name} and ${files.length - 1} more`);
    try {
      const wrong = files.find((file) => !readable.test(file.name));
      if (wrong) throw wrongKind(wrong.name);
      await this.#open(await this.#sourceOf(files));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  async takeText(text: string): Promise<void> {
    this.#begin('Pasted table');
    try {
      const table = await readPastedTable(text);
      await this.#open(
        { kind: 'text', text: table.csv, fileName: 'pasted.csv', label: 'Pasted table' },
        table.warnings,
      );
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** True where checks of the dataset refused the rows; they can be added all the same. */
  get isRefused(): boolean {
    return this.#error?.report.code === 'data.expectation_failed';
  }

  /**
   * Adds what was previewed, on request although checks that block fail. Resolves with the version, or with undefined where it failed (see `error`).
   */
  async add(acceptFailures = false): Promise<AddedVersion | undefined> {
    const source = this.#source;
    if (source === undefined || this.problem !== undefined) return undefined;
    this.#stage = 'adding';
    this.#error = undefined;
    const options = {
      name: this.mode === 'new' ? this.name : (this.target ?? this.name),
      append: this.mode === 'append' || undefined,
      acceptFailures: acceptFailures || undefined,
      time: (this.mode === 'new' && this.time) || undefined,
    };
    try {
      const job =
        source.kind === 'files'
          ? await this.#workspace.begin('data.add', { ...options, files: source.paths })
          : await this.#workspace.begin('data.addText', { ...options, text: source.text, fileName: source.fileName });
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
    this.#stage = 'closed';
    this.#source = undefined;
    this.#preview = undefined;
    this.#error = undefined;
    this.#job = undefined;
    this.#wanted = undefined;
  }

  #begin(label: string): void {
    this.#stage = 'reading';
    this.#error = undefined;
    this.#preview = undefined;
    this.#warnings = [];
    this.#job = undefined;
    this.#source = { kind: 'files', paths: [], label };
  }

  async #open(source: IntakeSource, warnings: readonly string[] = []): Promise<void> {
    this.#begin(source.label);
    this.#source = source;
    this.#warnings = warnings;
    try {
      const input =
        source.kind === 'files' ? { path: source.paths[0] } : { text: source.text, fileName: source.fileName };
      const [preview, { datasets }] = await Promise.all([
        this.#workspace.client.call('data.preview', input),
        this.#workspace.client.call('data.list', {}),
      ]);
      this.#preview = preview;
      this.#datasets = datasets.map((dataset) => dataset.name);
      this.#suggest(preview.suggestedName);
      const [only, ...others] = this.timeColumns;
      this.time = only !== undefined && others.length === 0 ? only : '';
      this.#stage = 'review';
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #suggest(name: string): void {
    const wanted = this.#wanted;
    const known = wanted !== undefined && this.#datasets.includes(wanted) ? wanted : undefined;
    this.name = name;
    this.target = known ?? (this.#datasets.includes(name) ? name : this.#datasets[0]);
    this.mode = known ? 'append' : this.#datasets.includes(name) ? 'version' : 'new';
  }

  #fail(thrown: unknown): void {
    this.#error = asClientError(thrown);
    this.#stage = 'review';
  }

  /** On the desktop a file has a path; in a browser small text travels as text and the rest is uploaded. */
  async #sourceOf(files: readonly File[]): Promise<IntakeSource> {
    const label = this.#source?.label ?? 'file';
    const bridge = desktop();
    const paths = bridge ? files.map((file) => bridge.pathOfFile(file)) : [];
    if (paths.length > 0 && paths.every(Boolean)) return { kind: 'files', paths, label };
    const [only] = files;
    if (files.length === 1 && only && only.size > 0 && only.size <= largestText && !/\.parquet$/i.test(only.name)) {
      const text = decodeUtf8(await only.arrayBuffer());
      if (text !== undefined) return { kind: 'text', text, fileName: only.name, label };
    }
    const uploaded: string[] = [];
    for (const file of files) uploaded.push(await this.#workspace.client.upload(file));
    return { kind: 'files', paths: uploaded, label };
  }
}

/** The text of UTF-8 bytes; undefined for another encoding, which the engine finds out from the bytes. */
function decodeUtf8(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function wrongKind(fileName: string): ClientError {
  return new ClientError({
    code: 'client.not_a_table',
    kind: 'invalid',
    message: `${fileName} is not a table that Galley reads.`,
    hint: 'Drop a .csv, .tsv, .txt or .parquet file. From a spreadsheet, save the sheet as CSV or copy its cells and paste them here.',
    details: { fileName },
  });
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

const key = Symbol('intake');

export function provideIntake(intake: Intake): void {
  setContext(key, intake);
}

export function useIntake(): Intake {
  return getContext<Intake>(key);
}
