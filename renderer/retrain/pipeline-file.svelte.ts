import type { PipelineOutline } from '../../engine/contract/retrain.ts';
import type { PipelineFault } from '../../engine/contract/retrain-pipeline.ts';
import type { Client } from '../client/client.ts';
import { asClientError, type ClientError } from '../client/client-error.ts';

/** How long nothing is typed before the text is checked, ms. */
const rest = 250;

/** What a new file begins with. */
export const startingText = `format: 1
pipeline: my-pipeline
summary: ''
steps:
  - name: rows
    kind: fetch
    dataset: ''
`;

/** The text of a pipeline's file while it is written, checked as one goes on. */
export class PipelineFileText {
  readonly #client: Client;
  #text = $state('');
  #outline = $state.raw<PipelineOutline>();
  #faults = $state.raw<readonly PipelineFault[]>([]);
  #failure = $state.raw<ClientError>();
  #checked = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  get text(): string {
    return this.#text;
  }

  set text(next: string) {
    this.#text = next;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), rest);
  }

  /** What the text would run; undefined while it has faults. */
  get outline(): PipelineOutline | undefined {
    return this.#outline;
  }

  get faults(): readonly PipelineFault[] {
    return this.#faults;
  }

  /** Why it could not be checked or kept, where that is not a fault of the text. */
  get failure(): ClientError | undefined {
    return this.#failure;
  }

  /** Whether what is said of the text is of the text as it stands. */
  get isChecked(): boolean {
    return this.#checked === this.#text;
  }

  /** Takes what was thrown: faults to their lines, anything else as it is. */
  take(thrown: unknown): void {
    const error = asClientError(thrown);
    const { code, details } = error.report;
    const faults = code === 'retrain.invalid_pipeline' ? (details.faults as PipelineFault[] | undefined) : undefined;
    this.#outline = undefined;
    this.#faults = faults ?? [];
    this.#failure = faults ? undefined : error;
  }

  async #check(): Promise<void> {
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    const text = this.#text;
    try {
      const outline = await this.#client.call('retrain.check', { text }, controller.signal);
      if (controller.signal.aborted) return;
      this.#outline = outline;
      this.#faults = [];
      this.#failure = undefined;
    } catch (thrown) {
      if (controller.signal.aborted) return;
      this.take(thrown);
    }
    this.#checked = text;
  }
}

/** The place of the first character of a line and column, both from 1. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(text.length, before + Math.min(column - 1, lines[line - 1]?.length ?? 0));
}
