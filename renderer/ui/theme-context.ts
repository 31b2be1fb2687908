import { getContext, setContext } from 'svelte';

export type ThemeName = 'light' | 'dark';

const key = Symbol('theme');

/** The theme that is shown now; reading `current` in an effect runs it again when the theme changes. */
export interface ShownTheme {
  readonly current: ThemeName;
}

export function provideTheme(theme: ShownTheme): void {
  setContext(key, theme);
}

export function useTheme(): ShownTheme {
  return getContext<ShownTheme>(key);
}
