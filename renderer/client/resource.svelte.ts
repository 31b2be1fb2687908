import { untrack } from 'svelte';
import { asClientError, type ClientError } from './client-error.ts';
import type { Topic } from './invalidation.ts';
import { useWorkspace } from './workspace.svelte.ts';

/** Something read from the engine: its last value stays while a newer one is fetched, so that nothing jumps. */
export class Resource<T> {
  #value = $state.raw<T | undefined>();
  #error = $state.raw<ClientError | undefined>();
  #loading = $state(true);
  #running: AbortController | undefined;
  #load: (signal: AbortSignal) => Promise<T>;

  constructor(load: (signal: AbortSignal) => Promise<T>) {
    this.#load = load;
  }

  get value(): T | undefined {
    return this.#value;
  }

  /** The failure of the last fetch; `value` may still hold what was read before it. */
  get error(): ClientError | undefined {
    return this.#error;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** Fetches again; a fetch that is under way is dropped. */
  async reload(): Promise<void> {
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    this.#loading = true;
    try {
      const value = await this.#load(controller.signal);
      if (controller.signal.aborted) return;
      this.#value = value;
      this.#error = undefined;
    } catch (thrown) {
      if (controller.signal.aborted) return;
      this.#error = asClientError(thrown);
    }
    this.#loading = false;
  }

  stop(): void {
    this.#running?.abort();
  }
}

/**
 * Reads something for a component and reads it again when one of its topics changes or when what `load` touched before
 * its first `await` changes.
 */
export function useResource<T>(topics: readonly Topic[], load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const workspace = useWorkspace();
  const resource = new Resource(load);
  $effect(() => {
    const loading = resource.reload();
    const unsubscribe = untrack(() => workspace.onChange(topics, () => void resource.reload()));
    void loading;
    return () => {
      unsubscribe();
      resource.stop();
    };
  });
  return resource;
}

/** Calls `action` now and then every `milliseconds` while the component lives and the window is seen. */
export function useInterval(action: () => void, milliseconds: number): void {
  $effect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') action();
    }, milliseconds);
    return () => clearInterval(timer);
  });
}
