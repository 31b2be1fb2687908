import type { ImportOptions } from '../../../engine/contract/import-options.ts';
import type { Job } from '../../../engine/contract/jobs.ts';
import type { CallResult } from '../../client/client.ts';
import { asClientError, type ClientError } from '../../client/client-error.ts';
import type { TakenFile } from '../../client/taken-file.ts';
import type { Workspace } from '../../client/workspace.svelte.ts';

export type FilePreview = CallResult<'data.preview'>;

const settledMilliseconds = 250;

/**
 * What is shown of one file: its beginning at once, then what reading it from end to end gives. Asking again with other
 * options gives up what was under way.
 */
export class ImportPreview {
  readonly #workspace: Workspace;
  #preview = $state.raw<FilePreview>();
  #error = $state.raw<ClientError>();
  #isBusy = $state(false);
  #job = $state.raw<Job>();
  #round = 0;
  /** What a dataset's marked columns hold is hidden unless this is wanted. */
  isRevealed = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The latest preview; it stays while another is under way or where other options cannot be met. */
  get preview(): FilePreview | undefined {
    return this.#preview;
  }

  get error(): ClientError | undefined {
    return this.#error;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** The job that reads the whole file, while it runs. */
  get job(): Job | undefined {
    return this.#job && (this.#workspace.jobs.find(this.#job.id) ?? this.#job);
  }

  /** Reads a file for the first time. Resolves once its first rows are there, or what is wrong with it. */
  async show(file: TakenFile, options: ImportOptions, dataset: string | undefined): Promise<void> {
    this.#preview = undefined;
    await this.#read(file, options, dataset);
  }

  /** Reads it again soon, once no other option changes. */
  change(file: TakenFile, options: ImportOptions, dataset: string | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(file, options, dataset), settledMilliseconds);
  }

  /** Gives up what is under way and forgets what is shown. */
  clear(): void {
    this.#abandon();
    this.#preview = undefined;
    this.#error = undefined;
    this.#isBusy = false;
    this.isRevealed = false;
  }

  #abandon(): number {
    clearTimeout(this.#timer);
    const job = this.job;
    this.#job = undefined;
    if (job && (job.state === 'queued' || job.state === 'running')) {
      void this.#workspace.cancel(job).catch((thrown: unknown) => this.#workspace.report(thrown));
    }
    this.#round += 1;
    return this.#round;
  }

  async #read(file: TakenFile, options: ImportOptions, dataset: string | undefined): Promise<void> {
    const round = this.#abandon();
    this.#isBusy = true;
    this.#error = undefined;
    const order = { options, ...(dataset === undefined ? {} : { dataset, masked: !this.isRevealed }) };
    try {
      const head = await this.#workspace.client.call('data.preview', { ...file.first, ...order });
      if (round !== this.#round) return;
      this.#preview = { ...head, bytes: file.bytes || head.bytes, whole: head.whole && !file.isHead };
      this.#isBusy = false;
      if (!this.#preview.whole) void this.#readWhole(file, order, round);
    } catch (thrown) {
      if (round === this.#round) this.#fail(thrown);
    }
  }

  async #readWhole(
    file: TakenFile,
    order: { options: ImportOptions; dataset?: string; masked?: boolean },
    round: number,
  ): Promise<void> {
    try {
      const path = await file.whole();
      if (round !== this.#round || path === undefined) return;
      const job = await this.#workspace.begin('data.previewWhole', { path, fileName: file.label, ...order });
      this.#job = job;
      const whole = (await this.#workspace.jobs.result(job.id)) as FilePreview;
      if (round === this.#round) this.#preview = whole;
    } catch (thrown) {
      if (round === this.#round) this.#fail(thrown);
    }
    if (round === this.#round) this.#job = undefined;
  }

  #fail(thrown: unknown): void {
    this.#isBusy = false;
    const error = asClientError(thrown);
    if (error.report.kind !== 'canceled') this.#error = error;
  }
}
