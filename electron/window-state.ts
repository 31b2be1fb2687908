import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';

/** What the shell remembers from one start to the next. */
export interface ShellState {
  bounds?: Rectangle;
  maximized?: boolean;
  /** The project that was open last. */
  project?: string;
}

const stateFile = () => join(app.getPath('userData'), 'shell-state.json');
const usual = { width: 1360, height: 900 };

export function readShellState(): ShellState {
  try {
    return JSON.parse(readFileSync(stateFile(), 'utf8')) as ShellState;
  } catch {
    return {};
  }
}

/** Changes what is remembered; what cannot be written is not worth an error. */
export function rememberShellState(change: ShellState): void {
  const file = stateFile();
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify({ ...readShellState(), ...change }));
    renameSync(`${file}.new`, file);
  } catch (error) {
    console.error(`The window's place could not be remembered: ${(error as Error).message}`);
  }
}

/** Where the window was, if that place is still on a screen; else a usual size in the middle. */
export function windowBounds(): Partial<Rectangle> {
  const { bounds } = readShellState();
  return bounds && isOnScreen(bounds) ? bounds : usual;
}

/** Keeps the window's place when it closes. */
export function keepWindowState(window: BrowserWindow): void {
  if (readShellState().maximized) window.maximize();
  window.on('close', () => {
    rememberShellState({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
}

function isOnScreen(bounds: Rectangle): boolean {
  const area = screen.getDisplayMatching(bounds).workArea;
  const overlap = (start: number, length: number, from: number, size: number) =>
    Math.min(start + length, from + size) - Math.max(start, from);
  return (
    overlap(bounds.x, bounds.width, area.x, area.width) > 100 &&
    overlap(bounds.y, bounds.height, area.y, area.height) > 100
  );
}
