import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, shell, type WebContents } from 'electron';
import { loopbackUrlHosts } from '../engine/contract/network-access.ts';
import { keepWindowState, windowBounds } from './window-state.ts';

const grounds = { light: '#f2f2ef', dark: '#0b0e13' };

/** The one window. It shows what the engine serves and nothing else. */
export class ShellWindow {
  readonly browserWindow: BrowserWindow;
  #origin = '';

  constructor() {
    this.browserWindow = new BrowserWindow({
      ...windowBounds(),
      minWidth: 960,
      minHeight: 640,
      title: app.name,
      backgroundColor: nativeTheme.shouldUseDarkColors ? grounds.dark : grounds.light,
      webPreferences: {
        preload: join(app.getAppPath(), 'dist', 'electron', 'preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
      },
    });
    keepWindowState(this.browserWindow);
    this.#guard(this.browserWindow.webContents);
    // A window that shows nothing at all until its engine is there is no page yet, and tools cannot attach to it.
    this.browserWindow.loadURL('about:blank').catch(() => undefined);
  }

  /** Shows the engine at this address, on the page that was open if there was one. */
  async show(url: string): Promise<void> {
    const contents = this.browserWindow.webContents;
    const page = this.isEnginePage(contents.getURL()) ? new URL(contents.getURL()).hash : '';
    this.#origin = new URL(url).origin;
    // An engine may come back at the same address, and what differs in its fragment alone is no new page.
    if (page) await contents.loadURL('about:blank');
    await contents.loadURL(url);
    if (page) await contents.executeJavaScript(`location.hash = ${JSON.stringify(page)}`);
  }

  /** Forgets the page that is open: the next address belongs to another project. */
  leave(): void {
    this.#origin = '';
  }

  /** Whether a page is the engine's, which alone may call the bridge. */
  isEnginePage(url: string): boolean {
    return this.#origin !== '' && originOf(url) === this.#origin;
  }

  focus(): void {
    if (this.browserWindow.isMinimized()) this.browserWindow.restore();
    this.browserWindow.focus();
  }

  /** The engine's origin is all that this window ever shows; other servers on this machine open in the browser. */
  #guard(contents: WebContents): void {
    const stayInside = (event: Electron.Event, url: string) => {
      if (!this.isEnginePage(url)) event.preventDefault();
    };
    contents.on('will-navigate', stayInside);
    contents.on('will-redirect', stayInside);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isLoopback(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
    const mayUse = (permission: string, url: string) =>
      grantedPermissions.includes(permission) && this.isEnginePage(url);
    contents.session.setPermissionCheckHandler((_contents, permission, origin) => mayUse(permission, origin));
    contents.session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
      answer(mayUse(permission, requestingUrl)),
    );
  }
}

/** To copy, and to tell of alerts while nobody looks. */
const grantedPermissions = ['clipboard-sanitized-write', 'notifications'];

function originOf(url: string): string {
  return parseUrl(url)?.origin ?? '';
}

function isLoopback(url: string): boolean {
  const parsed = parseUrl(url);
  return parsed?.protocol === 'http:' && loopbackUrlHosts.includes(parsed.hostname);
}

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
