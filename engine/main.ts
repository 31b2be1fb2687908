import { parseArgs } from 'node:util';
import { App } from './app.ts';
import { isoTime, systemClock } from './base/clock.ts';
import { rendererFolder } from './base/entry.ts';
import { reportError } from './base/errors.ts';
import type { EngineMessage } from './contract/engine-message.ts';
import { errorKinds } from './contract/errors.ts';
import { EngineServer } from './server.ts';
import { removeEngineFile, writeEngineFile } from './store/engine-file.ts';
import { lastPort, rememberPort } from './store/engine-port.ts';

/** How long a detached engine stays with no window, no job and no deployment. */
const idleMilliseconds = 30_000;

process.env.ORT_DISABLE_TELEMETRY = '1';

interface MainOptions {
  project: string;
  /** Undefined for the one that the project's engine had before, or any that is free. */
  port: number | undefined;
  create: boolean;
  /** Started by a command rather than a shell: tells its address to that command alone, ends when nothing needs it. */
  detached: boolean;
}

function readOptions(): MainOptions {
  const { values } = parseArgs({
    options: {
      project: { type: 'string' },
      port: { type: 'string' },
      create: { type: 'boolean', default: false },
      detached: { type: 'boolean', default: false },
    },
  });
  return {
    project: values.project ?? process.cwd(),
    port: values.port === undefined ? undefined : Number(values.port),
    create: values.create,
    detached: values.detached,
  };
}

/** The engine as a process: opens a project, serves it, says where, and ends cleanly when told. */
async function main(): Promise<void> {
  const options = readOptions();
  const app = await App.open({
    projectPath: options.project,
    create: options.create,
    onMessage: (message) => console.error(message),
  });
  const projectPath = app.context.project.path;
  const server = await listen(app, options.port);
  if (options.port === undefined) rememberPort(projectPath, server.port);
  writeEngineFile(projectPath, {
    pid: process.pid,
    startedAt: isoTime(systemClock.now()),
    port: server.port,
    token: server.token,
  });

  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await server.close();
    // While the lock is held: afterwards the file may be that of the next engine.
    removeEngineFile(projectPath);
    await app.close();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('message', (message) => message === 'shutdown' && end());
  const { parentPort } = process as {
    parentPort?: { on(event: 'message', listener: (event: { data: unknown }) => void): void };
  };
  parentPort?.on('message', (event) => event.data === 'shutdown' && end());
  if (options.detached) endWhenIdle(app, server, end);
  else process.on('disconnect', end);

  const ready = { url: server.entryUrl(), port: server.port, pid: process.pid };
  tell({ type: 'ready', ...ready });
  if (!options.detached) console.log(`galley-engine ${JSON.stringify(ready)}`);
  await app.start();
}

/** Where nobody said a port, on that of the engine before: the address of a webhook stays what others were told. */
async function listen(app: App, wanted: number | undefined): Promise<EngineServer> {
  const options = { app, rendererFolder: rendererFolder() };
  const before = wanted === undefined ? lastPort(app.context.project.path) : undefined;
  if (before !== undefined) {
    try {
      return await EngineServer.listen({ ...options, port: before });
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  return EngineServer.listen({ ...options, port: wanted ?? 0 });
}

/** Another program has the port, or it is kept for one. */
function isTaken(error: unknown): boolean {
  return ['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Tells the parent process, where there is one that listens. */
function tell(message: EngineMessage, done: () => void = () => {}): void {
  if (process.connected && process.send) process.send(message, undefined, undefined, done);
  else done();
}

function endWhenIdle(app: App, server: EngineServer, end: () => Promise<void>): void {
  let idleSince = performance.now();
  setInterval(() => {
    if (app.busy || server.clients > 0) idleSince = performance.now();
    else if (performance.now() - idleSince > idleMilliseconds) void end();
  }, 1000);
}

main().catch((error) => {
  const report = reportError(error);
  if (report.kind === 'internal') console.error(error);
  console.error(`galley-engine-error ${JSON.stringify(report)}`);
  tell({ type: 'failed', error: report }, () => process.exit(errorKinds[report.kind].exitCode));
});
