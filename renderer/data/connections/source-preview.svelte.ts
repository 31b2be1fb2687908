import type { SourceChoice } from '../../../engine/contract/data-connections.ts';
import type { ImportOptions } from '../../../engine/contract/import-options.ts';
import type { CallResult } from '../../client/client.ts';
import { asClientError, type ClientError } from '../../client/client-error.ts';
import type { Workspace } from '../../client/workspace.svelte.ts';
import { changedOptions, typedOptions } from '../imports/chosen-options.ts';

type Preview = CallResult<'data.previewSource'>;

const settledMilliseconds = 250;

/** What is shown of a source: fetched once, and read again with each other option. */
export class SourcePreview {
  readonly #workspace: Workspace;
  readonly #source: SourceChoice;
  #preview = $state.raw<Preview>();
  #error = $state.raw<ClientError>();
  #isBusy = $state(true);
  #options = $state.raw<ImportOptions>({});
  #dataset: string | undefined;
  #running = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(workspace: Workspace, source: SourceChoice) {
    this.#workspace = workspace;
    this.#source = source;
    void this.#read();
  }

  /** The latest preview; it stays while another is under way or where other options cannot be met. */
  get preview(): Preview | undefined {
    return this.#preview;
  }

  get error(): ClientError | undefined {
    return this.#error;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** What was chosen of the options; what is left out is found, or remembered by the dataset. */
  get options(): ImportOptions {
    return this.#options;
  }

  /** Chooses some options; undefined leaves one to be found again. */
  choose(change: Partial<ImportOptions>): void {
    this.#options = changedOptions(this.#options, change);
    this.#readSoon();
  }

  /** Chooses the type of a column; undefined leaves it to be found again. */
  chooseType(column: string, type: string | undefined): void {
    this.choose(typedOptions(this.#options, column, type));
  }

  /** Reads as that dataset does, whose options are remembered; undefined for a new one. */
  readFor(dataset: string | undefined): void {
    if (dataset === this.#dataset) return;
    this.#dataset = dataset;
    this.#readSoon();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running.abort();
  }

  #readSoon(): void {
    this.stop();
    this.#timer = setTimeout(() => void this.#read(), settledMilliseconds);
  }

  async #read(): Promise<void> {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#isBusy = true;
    try {
      const preview = await this.#workspace.client.call(
        'data.previewSource',
        {
          source: this.#source,
          options: this.#options,
          ...(this.#dataset === undefined ? {} : { dataset: this.#dataset, masked: true }),
          ...(this.#preview === undefined ? {} : { fetched: this.#preview.fetched }),
        },
        signal,
      );
      if (signal.aborted) return;
      this.#preview = preview;
      this.#error = undefined;
    } catch (thrown) {
      if (signal.aborted) return;
      this.#error = asClientError(thrown);
    }
    this.#isBusy = false;
  }
}
