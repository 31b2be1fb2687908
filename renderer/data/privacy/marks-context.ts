import { getContext, setContext } from 'svelte';
import type { Marks } from '../../../engine/contract/data-privacy.ts';

const key = Symbol('marks');

/** Says to the parts of a page which columns are marked; `read` is called again whenever it may have changed. */
export function provideMarks(read: () => Marks): void {
  setContext(key, read);
}

/**
 * Reads the marks of the page's dataset, none outside of such a page; they inherit nothing, since a column may be named
 * `constructor`.
 */
export function useMarks(): () => Marks {
  const read = getContext<(() => Marks) | undefined>(key);
  return () => Object.assign(Object.create(null) as Marks, read?.());
}
