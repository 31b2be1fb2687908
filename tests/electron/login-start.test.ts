import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArguments } from '../../electron/arguments.ts';
import { loginStart } from '../../electron/login-start.ts';
import { temporaryFolder } from '../support/temporary.ts';

const noApp = {
  getLoginItemSettings: () => {
    throw new Error('not on Linux');
  },
  setLoginItemSettings: () => {
    throw new Error('not on Linux');
  },
};

test('on Linux a file of the desktop starts the app, as the AppImage that it came as', () => {
  const HOME = temporaryFolder();
  const linux = (env: NodeJS.ProcessEnv) =>
    loginStart(noApp, { platform: 'linux', env, execPath: '/opt/100 % "Galley"/galley' });
  const file = join(HOME, '.config', 'autostart', 'galley.desktop');
  const login = linux({ HOME });
  expect(login.isOn()).toBe(false);
  login.set(true);
  expect(login.isOn()).toBe(true);
  expect(readFileSync(file, 'utf8').split('\n')).toContain('Exec="/opt/100 %% \\\\"Galley\\\\"/galley" --at-login');
  linux({ HOME, APPIMAGE: '/home/ada/Galley.AppImage' }).set(true);
  expect(readFileSync(file, 'utf8')).toContain('Exec="/home/ada/Galley.AppImage" --at-login\n');
  login.set(false);
  login.set(false);
  expect(login.isOn()).toBe(false);
  const XDG_CONFIG_HOME = temporaryFolder();
  linux({ HOME, XDG_CONFIG_HOME }).set(true);
  expect(readFileSync(join(XDG_CONFIG_HOME, 'autostart', 'galley.desktop'), 'utf8')).toContain('Name=Galley');
});

test('what the desktop itself switched off is off', () => {
  const HOME = temporaryFolder();
  const login = loginStart(noApp, { platform: 'linux', env: { HOME }, execPath: '/opt/galley' });
  login.set(true);
  const file = join(HOME, '.config', 'autostart', 'galley.desktop');
  writeFileSync(file, `${readFileSync(file, 'utf8')}X-GNOME-Autostart-enabled=false\n`);
  expect(login.isOn()).toBe(false);
  login.set(true);
  expect(login.isOn()).toBe(true);
});

test.each(['darwin', 'win32'] as const)('on %s the system keeps it', (platform) => {
  let kept: { openAtLogin?: boolean; args?: string[] } = {};
  const app = {
    getLoginItemSettings: () => ({ openAtLogin: kept.openAtLogin ?? false }) as Electron.LoginItemSettings,
    setLoginItemSettings: (settings: Electron.Settings) => {
      kept = settings;
    },
  };
  const login = loginStart(app, { platform, env: {}, execPath: '/galley' });
  login.set(true);
  expect(kept).toEqual({ openAtLogin: true, args: ['--at-login'] });
  expect(login.isOn()).toBe(true);
  login.set(false);
  expect(login.isOn()).toBe(false);
});

test('the app knows that it was started at a login', () => {
  expect(readArguments(['--at-login'], '/')).toEqual({ atLogin: true });
  expect(readArguments(['--at-login', '--project', '/mine'], '/')).toEqual({ atLogin: true, project: '/mine' });
});
