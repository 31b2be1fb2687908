import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, shell } from 'electron';
import { readArguments } from './arguments.ts';
import { serveBridge } from './bridge.ts';
import { setMenu } from './menu.ts';
import { distFile } from './paths.ts';
import { ProjectSession } from './project-session.ts';
import { ShellWindow } from './window.ts';
import { readShellState } from './window-state.ts';

const startArguments = readArguments(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd());

if (startArguments.command) runCommand(startArguments);
else if (app.requestSingleInstanceLock()) void runWindow();
else app.quit();

/** `galley data list` of an installed app: the command line on this executable's own Node, without a window. */
function runCommand({ command = [], project }: { command?: string[]; project?: string }): void {
  const node = process.env.GALLEY_ENGINE_NODE ?? process.execPath;
  const args = [distFile('engine', 'cli.js'), ...command, ...(project ? ['--project', project] : [])];
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', ORT_DISABLE_TELEMETRY: '1' };
  spawn(node, args, { env, stdio: 'inherit' })
    .once('error', () => app.exit(70))
    .once('exit', (code) => app.exit(code ?? 70));
}

async function runWindow(): Promise<void> {
  await app.whenReady();
  const window = new ShellWindow();
  if (startArguments.atLogin) window.browserWindow.minimize();
  const session = new ProjectSession(window);
  serveBridge(window, (path, create) => session.open(path, create));
  setMenu({
    openProject: () => void session.choose('Open a project', false),
    newProject: () => void session.choose('Choose a folder for the new project', true),
    openProjectFolder: () => void shell.openPath(session.projectPath),
  });
  app.on('second-instance', (_event, argv, folder) => {
    window.focus();
    const { project } = readArguments(argv.slice(1), folder);
    if (project) void session.open(project, false);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (session.ended) return;
    event.preventDefault();
    // A quit from within this event, as where there is no engine to wait for, would be ignored.
    void session.end().finally(() => setImmediate(() => app.quit()));
  });
  const { path, create } = projectToOpen();
  await session.open(path, create);
}

/** The project that was asked for, else the last one, else one in the user's documents, made on demand. */
function projectToOpen(): { path: string; create: boolean } {
  const asked = startArguments.project ?? process.env.GALLEY_PROJECT;
  if (asked) return { path: asked, create: false };
  const { project } = readShellState();
  if (project && existsSync(join(project, 'project.json'))) return { path: project, create: false };
  return { path: join(app.getPath('documents'), 'Galley', 'my-project'), create: true };
}
