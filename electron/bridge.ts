import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import {
  app,
  dialog,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  ipcMain,
  nativeTheme,
  powerSaveBlocker,
  shell,
} from 'electron';
import type { FileChoice } from '../engine/contract/bridge.ts';
import { channels } from './channels.ts';
import { KeepAwake } from './keep-awake.ts';
import { loginStart } from './login-start.ts';
import type { ShellWindow } from './window.ts';

const themes = ['light', 'dark', 'system'] as const;
const anyFile: FileChoice = {
  extensions: [{ name: 'Tables (CSV, Parquet)', extensions: ['csv', 'tsv', 'txt', 'parquet'] }],
};

/** Answers what the window asks through its bridge, and only the engine's page in the window's main frame. */
export function serveBridge(window: ShellWindow, openProject: (path: string, create: boolean) => Promise<void>): void {
  const isAllowed = ({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent) =>
    senderFrame !== null && senderFrame.parent === null && window.isEnginePage(senderFrame.url);
  const handle = <Answer>(channel: string, answer: (...args: unknown[]) => Answer) =>
    ipcMain.handle(channel, (event, ...args) => {
      if (!isAllowed(event)) throw new Error('Only the window of Galley may ask this.');
      return answer(...args);
    });

  ipcMain.on(channels.about, (event) => {
    event.returnValue = { platform: process.platform, version: app.getVersion() };
  });
  handle(channels.chooseFile, (choice) =>
    choosePath(window, ['openFile'], (choice as FileChoice | undefined) ?? anyFile),
  );
  handle(channels.chooseFolder, (title) =>
    choosePath(window, ['openDirectory', 'createDirectory'], typeof title === 'string' ? { title } : {}),
  );
  handle(channels.openFolder, (path) => openFolder(absolutePath(path)));
  handle(channels.openProject, (path, create) => openProject(absolutePath(path), create === true));
  const keepAwake = new KeepAwake(powerSaveBlocker);
  handle(channels.keepAwake, (awake) => keepAwake.set(awake === true));
  const login = loginStart(app);
  handle(channels.startsAtLogin, () => login.isOn());
  handle(channels.startAtLogin, (on) => login.set(on === true));
  handle(channels.setTheme, (theme) => {
    nativeTheme.themeSource = themes.find((known) => known === theme) ?? 'system';
  });
}

/** The path that was chosen, undefined when the chooser was closed. */
export async function choosePath(
  window: ShellWindow,
  properties: ('openFile' | 'openDirectory' | 'createDirectory')[],
  { title, extensions }: FileChoice,
): Promise<string | undefined> {
  const options = { properties, title, filters: extensions };
  const { filePaths } = await dialog.showOpenDialog(window.browserWindow, options);
  return filePaths[0];
}

/** A folder is opened, a file only shown: the shell never starts a program for the window. */
async function openFolder(path: string): Promise<void> {
  if (statSync(path).isDirectory()) await shell.openPath(path);
  else shell.showItemInFolder(path);
}

function absolutePath(path: unknown): string {
  if (typeof path !== 'string' || !isAbsolute(path)) throw new Error('A path from the root is needed.');
  return path;
}
