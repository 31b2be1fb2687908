import { untrack } from 'svelte';

/** Calls `begin` each time that a dialog is opened; what changes while it is open does not call it again. */
export function whenOpened(isOpen: () => boolean, begin: () => void): void {
  $effect(() => {
    if (isOpen()) untrack(begin);
  });
}
