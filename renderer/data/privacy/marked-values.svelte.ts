import { getContext, setContext } from 'svelte';
import type { Marks } from '../../../engine/contract/data-privacy.ts';

const key = Symbol('marked values');

/** Whether values of a dataset's marked columns are shown: one choice for all parts of its page. */
export class MarkedValues {
  readonly #read: () => Marks;
  isRevealed = $state(false);

  constructor(read: () => Marks) {
    this.#read = read;
  }

  get areThere(): boolean {
    return Object.keys(this.#read()).length > 0;
  }

  /** What calls that show values are to say; the engine knows the marks. */
  get masked(): true | undefined {
    return this.isRevealed ? undefined : true;
  }
}

/** Gives the parts of a page the choice. @param read the dataset's marks */
export function provideMarkedValues(read: () => Marks): MarkedValues {
  const values = new MarkedValues(read);
  setContext(key, values);
  return values;
}

/** The page's choice; outside of such a page values stay hidden. */
export function useMarkedValues(): MarkedValues {
  return getContext<MarkedValues | undefined>(key) ?? new MarkedValues(() => ({}));
}
