import { GalleyError, reportError } from '../../base/errors.ts';
import { FolderWatches } from '../../base/folder-watches.ts';
import type { DatasetSource, WatchState } from '../../contract/data-connections.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { StoredChoice } from '../connections/choices.ts';
import type { SourceBook } from '../connections/source-book.ts';
import type { ConnectionStore, StoredSource } from '../connections/store.ts';
import type { DataStore, StoredDataset } from '../store.ts';
import { requireDataset } from '../versions/resolve.ts';
import { fileState } from './file-state.ts';

/** Every so often watched files are looked at even where the system tells of no change, as on network drives. */
const pollMilliseconds = 5000;
const tickMilliseconds = 1000;
/** A file that kept size and time of change for so long has been written to its end. */
const settleMilliseconds = 2000;

export interface WatcherParts {
  context: EngineContext;
  data: DataStore;
  connections: ConnectionStore;
  book: SourceBook;
  /** Starts the job that reads the files of a dataset again. */
  read(order: {
    name: string;
    paths: string[];
    glob?: string;
    origin: { kind: 'watch'; detail: { source: string } };
  }): Promise<Job>;
  /** False for a project that came from elsewhere and was not trusted: its watches rest. */
  trusted(): boolean;
}

/** Only files are watched. */
type FilesChoice = StoredChoice & { kind: 'files' };

interface Watched {
  state: WatchState;
  /** What the files were at the last look, and since when they have been so. */
  candidate: string;
  since: number;
}

/**
 * Makes a new version when the files of a watched dataset change. It works while an engine runs, and what changed
 * meanwhile is found when the next one starts. A file that cannot be read leaves the version before as it is.
 */
export class SourceWatcher {
  readonly #parts: WatcherParts;
  readonly #watched = new Map<string, Watched>();
  readonly #folders: FolderWatches;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #lastPoll = Number.NEGATIVE_INFINITY;
  #told = true;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.#folders = new FolderWatches(() => {
      this.#told = true;
    });
  }

  /** Begins to look. */
  start(): void {
    this.#timer ??= setInterval(() => void this.#tick(), tickMilliseconds);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#folders.close();
  }

  /** @throws GalleyError `data.unknown_dataset`, `data.no_source` */
  async switch(name: string, on: boolean): Promise<DatasetSource> {
    const { data, connections, book, context } = this.#parts;
    const dataset = requireDataset(data, name);
    const source = connections.source(dataset.id);
    if (source?.choice.kind !== 'files') {
      throw new GalleyError(
        'data.no_source',
        `${name} does not come from files of this machine, which alone can be watched.`,
        {
          details: { name },
          hint: source ? 'Refresh it instead.' : 'Add it from a file or folder.',
        },
      );
    }
    const changed = { ...source, watched: on };
    connections.saveSource(changed);
    this.#watched.delete(dataset.id);
    this.#told = true;
    context.events.publish({ type: 'phase.changed', phase: 'data', subject: name });
    return book.view(changed, this.stateOf(changed));
  }

  stateOf(source: StoredSource): WatchState {
    if (!source.watched) return 'off';
    return this.#watched.get(source.datasetId)?.state ?? (source.error ? 'failed' : 'watching');
  }

  /** Looks at every watched source once; reads what has changed and settled. */
  async look(): Promise<void> {
    const { data, connections } = this.#parts;
    if (!this.#parts.trusted()) return;
    const sources = connections.watched();
    this.#folders.follow(sources.flatMap(({ choice }) => (choice as FilesChoice).paths));
    for (const source of sources) {
      const dataset = data.datasets().find(({ id }) => id === source.datasetId);
      if (dataset) await this.#lookAt(dataset, source);
    }
  }

  async #tick(): Promise<void> {
    if (this.#looking) return;
    const now = this.#parts.context.clock.monotonic();
    const settling = [...this.#watched.values()].some(({ state }) => state === 'settling');
    if (!this.#told && !settling && now - this.#lastPoll < pollMilliseconds) return;
    this.#looking = true;
    this.#told = false;
    this.#lastPoll = now;
    try {
      await this.look();
    } catch (error) {
      console.error(error);
    } finally {
      this.#looking = false;
    }
  }

  async #lookAt(dataset: StoredDataset, source: StoredSource): Promise<void> {
    const watched = this.#watched.get(dataset.id) ?? { state: 'watching', candidate: '', since: 0 };
    if (watched.state === 'importing') return;
    const choice = source.choice as FilesChoice;
    const found = await fileState(choice);
    const now = this.#parts.context.clock.monotonic();
    const changed = found.text !== watched.candidate;
    const next: Watched = { ...watched, candidate: found.text, since: changed ? now : watched.since };
    if (found.missing) next.state = 'missing';
    else if (found.text === source.seen) next.state = source.error ? 'failed' : 'watching';
    else next.state = changed || now - watched.since < settleMilliseconds ? 'settling' : 'importing';
    this.#set(dataset, next);
    if (next.state === 'importing') await this.#read(dataset, choice);
  }

  async #read(dataset: StoredDataset, { paths, glob }: FilesChoice): Promise<void> {
    const { name } = dataset;
    const job = await this.#parts.read({
      name,
      paths,
      glob,
      origin: { kind: 'watch', detail: { source: paths.join(', ') } },
    });
    // The next look does not wait for it.
    void this.#parts.context.jobs.result(job.id).then(
      () => this.#ended(dataset, 'watching'),
      (error: unknown) => this.#failed(dataset, error),
    );
  }

  #failed(dataset: StoredDataset, error: unknown): void {
    this.#ended(dataset, 'failed');
    const { message: detail, kind } = reportError(error);
    if (kind === 'canceled') return;
    const title = `${dataset.name} keeps its version: the file that changed cannot be read`;
    this.#parts.context.events.publish({ type: 'source.failed', dataset: dataset.name, title, detail });
  }

  #ended(dataset: StoredDataset, state: WatchState): void {
    const watched = this.#watched.get(dataset.id);
    if (watched) this.#set(dataset, { ...watched, state });
  }

  #set(dataset: StoredDataset, next: Watched): void {
    const before = this.#watched.get(dataset.id)?.state;
    this.#watched.set(dataset.id, next);
    if (before !== undefined && before !== next.state)
      this.#parts.context.events.publish({ type: 'phase.changed', phase: 'data', subject: dataset.name });
  }
}
