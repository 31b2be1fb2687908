import { GalleyError, reportError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import type { RecipeFiles } from './recipe-files.ts';
import { datasetsRead, RecipeInputs } from './recipe-inputs.ts';
import type { RecipeRunner } from './recipe-runner.ts';
import { readRecipe, recipeHash } from './recipe-text.ts';
import type { RecipeRunStore } from './store.ts';

/**
 * Runs recipes again when their sources get new versions: those that ran before and say so. A recipe runs once at a time;
 * what came meanwhile is looked at when it has ended. One that failed waits for another version or another text.
 */
export class RecipeWatcher {
  readonly #context: EngineContext;
  readonly #store: DataStore;
  readonly #runs: RecipeRunStore;
  readonly #files: RecipeFiles;
  readonly #runner: RecipeRunner;
  readonly #running = new Set<string>();
  readonly #answering = new Set<Promise<void>>();
  readonly #stop: () => void;

  constructor(
    context: EngineContext,
    store: DataStore,
    runs: RecipeRunStore,
    files: RecipeFiles,
    runner: RecipeRunner,
  ) {
    this.#context = context;
    this.#store = store;
    this.#runs = runs;
    this.#files = files;
    this.#runner = runner;
    this.#stop = context.events.listen((event) => {
      if (event.type === 'phase.changed' && event.phase === 'data' && event.subject !== undefined)
        this.#track(this.check(event.subject));
    });
  }

  stop(): void {
    this.#stop();
  }

  /** Once everything so far has started its runs. */
  async settled(): Promise<void> {
    while (this.#answering.size > 0) await Promise.all(this.#answering);
  }

  /** Starts the recipes whose sources have changed; only those that read one dataset, if it is named. */
  async check(dataset?: string): Promise<void> {
    for (const name of this.#files.names()) {
      if (!this.#running.has(name) && this.#isDue(name, dataset)) await this.#run(name);
    }
  }

  #isDue(name: string, dataset: string | undefined): boolean {
    const last = this.#runs.last(name);
    if (!last) return false;
    try {
      const { recipe } = readRecipe(this.#files.read(name), this.#files.file(name));
      if (recipe.onNewVersion !== 'run') return false;
      if (dataset !== undefined && !datasetsRead(recipe).includes(dataset)) return false;
      const now = new RecipeInputs(this.#store, recipe).used.map(({ id }) => id);
      return now.join() !== last.inputs.map(({ id }) => id).join();
    } catch {
      return false; // the list of recipes says what is wrong with it
    }
  }

  async #run(name: string): Promise<void> {
    this.#running.add(name);
    try {
      const job = await this.#runner.submit(name);
      this.#track(this.#afterwards(name, job.id));
    } catch (error) {
      this.#running.delete(name);
      if (!(error instanceof GalleyError)) throw error;
      this.#writeDown(name, error);
    }
  }

  /** A recipe that could not even be started is told like one that failed, once for each version of its sources. */
  #writeDown(name: string, error: GalleyError): void {
    const { recipe } = readRecipe(this.#files.read(name), this.#files.file(name));
    const { used } = new RecipeInputs(this.#store, recipe);
    this.#runner.fail({ recipe: name, hash: recipeHash(recipe), inputs: used }, reportError(error));
  }

  async #afterwards(name: string, jobId: string): Promise<void> {
    const { state } = await this.#context.jobs.settled(jobId);
    this.#running.delete(name);
    if (state === 'succeeded') await this.check();
  }

  #track(answer: Promise<void>): void {
    const tracked = answer.catch((error) => console.error(error)).finally(() => this.#answering.delete(tracked));
    this.#answering.add(tracked);
  }
}
