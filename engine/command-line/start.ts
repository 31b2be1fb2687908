import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { processEntry, processEnvironment } from '../base/entry.ts';
import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { ErrorReport } from '../contract/errors.ts';
import { entryUrlOf } from '../project/index.ts';
import { readEngineFile } from '../store/engine-file.ts';
import { findProject } from '../store/project.ts';
import { usageError } from './command.ts';
import { commandHelp, startDescription } from './help.ts';
import type { Terminal } from './run.ts';

/** `galley start`: the app in the browser. It stays until Ctrl-C; an engine that runs already is joined. */
export async function startApp(words: string[], terminal: Terminal): Promise<number> {
  const values = parse(words);
  if (values.help) {
    terminal.out(commandHelp(startDescription));
    return 0;
  }
  const projectPath = resolve(
    values.project ??
      terminal.environment.GALLEY_PROJECT ??
      findProject(terminal.currentFolder) ??
      join(homedir(), 'Galley', 'my-project'),
  );
  const show = (url: string) => {
    terminal.out(`Galley is at ${url}`);
    if (!values['no-open']) openBrowser(url, terminal);
  };
  const running = readEngineFile(projectPath);
  const known = running && (await entryUrlOf(running));
  if (known) {
    show(known);
    return 0;
  }
  return serve(projectPath, values.port, show, terminal);
}

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      options: {
        project: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: false,
    }).values;
  } catch (error) {
    throw usageError(`galley start: ${(error as Error).message}`);
  }
}

function serve(
  projectPath: string,
  port: string | undefined,
  show: (url: string) => void,
  terminal: Terminal,
): Promise<number> {
  const asked = port === undefined ? [] : ['--port', port];
  const engine = spawn(
    process.execPath,
    [fileURLToPath(processEntry('main')), '--project', projectPath, ...asked, '--create'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: processEnvironment() as NodeJS.ProcessEnv,
    },
  );
  let report: ErrorReport | undefined;
  createInterface({ input: engine.stdout }).on('line', (line) => {
    if (line.startsWith('galley-engine '))
      show((JSON.parse(line.slice('galley-engine '.length)) as { url: string }).url);
    else terminal.out(line);
  });
  createInterface({ input: engine.stderr }).on('line', (line) => {
    if (line.startsWith('galley-engine-error '))
      report = JSON.parse(line.slice('galley-engine-error '.length)) as ErrorReport;
    else terminal.error(line);
  });
  terminal.signal.addEventListener('abort', () => engine.kill('SIGTERM'));
  return new Promise((resolvePromise, reject) => {
    engine.on('error', reject);
    engine.on('close', (code) => {
      if (report) reject(errorFromReport(report));
      else if (code === 0 || terminal.signal.aborted) resolvePromise(0);
      else reject(new GalleyError('store.engine_silent', `The engine ended with ${code}.`));
    });
  });
}

/** Opens the address in the user's browser, where there is one. */
function openBrowser(url: string, terminal: Terminal): void {
  const { DISPLAY, WAYLAND_DISPLAY } = terminal.environment;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return;
  const [program, ...words] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const opener = spawn(program as string, words, { stdio: 'ignore', detached: true });
  opener.on('error', () => terminal.error('No browser could be opened; open the address yourself.'));
  opener.unref();
}
