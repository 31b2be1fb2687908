import { getContext, setContext } from 'svelte';
import type { Theme } from './theme.svelte.ts';

const key = Symbol('theme choice');

export function provideChoices(theme: Theme): void {
  setContext(key, theme);
}

export function useThemeChoice(): Theme {
  return getContext<Theme>(key);
}
