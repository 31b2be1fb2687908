import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { App } from 'electron';

/** Whether the system starts the app when its user logs in. */
export interface LoginStart {
  isOn(): boolean;
  set(on: boolean): void;
}

/** The app was started by the system at a login: its window stays small. */
export const loginArgument = '--at-login';

/** macOS and Windows keep it themselves; on Linux it is a file of the desktop (XDG autostart). */
export function loginStart(
  app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>,
  { platform, env, execPath }: Pick<NodeJS.Process, 'platform' | 'env' | 'execPath'> = process,
): LoginStart {
  if (platform === 'linux') return new DesktopEntry(autostartFile(env), env.APPIMAGE ?? execPath);
  const item = { args: [loginArgument] };
  return {
    isOn: () => app.getLoginItemSettings(item).openAtLogin,
    set: (on) => app.setLoginItemSettings({ ...item, openAtLogin: on }),
  };
}

function autostartFile({ XDG_CONFIG_HOME, HOME = '/' }: NodeJS.ProcessEnv): string {
  return join(XDG_CONFIG_HOME || join(HOME, '.config'), 'autostart', 'galley.desktop');
}

/** What desktops write into the file where their user switches it off. */
const switchedOff = /^(Hidden=true|X-GNOME-Autostart-enabled=false)\s*$/m;

/** https://specifications.freedesktop.org/autostart-spec and desktop-entry-spec */
class DesktopEntry implements LoginStart {
  readonly #file: string;
  readonly #executable: string;

  constructor(file: string, executable: string) {
    this.#file = file;
    this.#executable = executable;
  }

  isOn(): boolean {
    try {
      return !switchedOff.test(readFileSync(this.#file, 'utf8'));
    } catch {
      return false;
    }
  }

  set(on: boolean): void {
    if (on) {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, entryText(this.#executable));
    } else rmSync(this.#file, { force: true });
  }
}

function entryText(executable: string): string {
  return `[Desktop Entry]
Type=Application
Name=Galley
Comment=Models and their prediction servers
Exec=${quoted(executable)} ${loginArgument}
Terminal=false
`;
}

/** A word of an `Exec` key: quoted, with what is special in quotes and the percent sign of field codes escaped. */
function quoted(word: string): string {
  const inQuotes = word.replaceAll(/["`$\\]/g, '\\$&').replaceAll('%', '%%');
  return `"${inQuotes.replaceAll('\\', '\\\\')}"`;
}
