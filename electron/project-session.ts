import { app, dialog } from 'electron';
import { choosePath } from './bridge.ts';
import { EngineHost, EngineStartError } from './engine-host.ts';
import type { ShellWindow } from './window.ts';
import { rememberShellState } from './window-state.ts';

/** The project that the window shows, with its engine. */
export class ProjectSession {
  #ended = false;
  readonly #window: ShellWindow;
  #host: EngineHost | undefined;

  constructor(window: ShellWindow) {
    this.#window = window;
  }

  /** Whether the engine was ended and the app may quit. */
  get ended(): boolean {
    return this.#ended;
  }

  get projectPath(): string {
    return this.#host?.projectPath ?? app.getPath('documents');
  }

  /** Shows a project; the one that was open stays when the new one cannot be opened. */
  async open(path: string, create: boolean): Promise<void> {
    if (this.#host?.projectPath === path) return;
    const host = new EngineHost(path, create, {
      onRestarted: (url) => void this.#window.show(url),
      onLost: (error) => void this.#explain(error, path, create),
    });
    try {
      const url = await host.start();
      const earlier = this.#host;
      this.#host = host;
      this.#window.leave();
      await this.#window.show(url);
      rememberShellState({ project: path });
      await earlier?.stop();
    } catch (error) {
      await this.#explain(error as Error, path, create);
    }
  }

  /** Lets the user choose the folder of a project and shows it. */
  async choose(title: string, create: boolean): Promise<void> {
    const path = await choosePath(this.#window, ['openDirectory', 'createDirectory'], { title });
    if (path) await this.open(path, create);
    else if (!this.#host) app.quit();
  }

  /** Ends the engine, for good. */
  async end(): Promise<void> {
    await this.#host?.stop();
    this.#ended = true;
  }

  /** Says why a project is not there, and what can be done. */
  async #explain(error: Error, path: string, create: boolean): Promise<void> {
    if (this.#host?.projectPath === path) this.#host = undefined;
    const { response } = await dialog.showMessageBox(this.#window.browserWindow, {
      type: 'error',
      message: error.message,
      detail: [error instanceof EngineStartError ? error.hint : '', path].filter(Boolean).join('\n\n'),
      buttons: ['Try again', 'Open another project…', this.#host ? 'Close' : 'Quit'],
      defaultId: 0,
      cancelId: 2,
    });
    if (response === 0) await this.open(path, create);
    else if (response === 1) await this.choose('Open a project', false);
    else if (!this.#host) app.quit();
  }
}
