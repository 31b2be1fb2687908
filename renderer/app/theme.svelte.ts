import { desktop } from '../client/bridge.ts';
import type { ShownTheme, ThemeName } from '../ui/theme-context.ts';

export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const storageKey = 'galley.theme';

/** The user's choice of theme, kept on this machine, and what it comes to now. */
export class Theme implements ShownTheme {
  #choice = $state<ThemeChoice>('system');
  #systemIsDark = $state(false);

  constructor() {
    const system = matchMedia('(prefers-color-scheme: dark)');
    this.#choice = storedChoice();
    this.#systemIsDark = system.matches;
    system.addEventListener('change', (event) => {
      this.#systemIsDark = event.matches;
      this.#show();
    });
    this.#show();
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  get current(): ThemeName {
    if (this.#choice !== 'system') return this.#choice;
    return this.#systemIsDark ? 'dark' : 'light';
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice;
    localStorage.setItem(storageKey, choice);
    void desktop()?.setTheme(choice);
    this.#show();
  }

  #show(): void {
    document.documentElement.dataset.theme = this.current;
  }
}

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(storageKey);
  return themeChoices.find((choice) => choice === stored) ?? 'system';
}
