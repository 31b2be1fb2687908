import { Check } from 'typebox/value';
import { systemClock } from '../base/clock.ts';
import { GalleyError, reportError } from '../base/errors.ts';
import { errorKinds } from '../contract/errors.ts';
import { ServingCommand, type ServingReport } from '../contract/serving.ts';
import { resolveConfig } from './config.ts';
import { LineWriter } from './line-writer.ts';
import { PredictionServer } from './prediction-server.ts';
import type { Breach } from './served-model.ts';
import { ServerLog } from './server-log.ts';
import { otlpConfig } from './telemetry/otlp-config.ts';
import { Telemetry } from './telemetry/telemetry.ts';

/** Binds a prediction server to its process: config, messages of the parent, signals, exit code. */
export class ServingProcess {
  readonly #writer = new LineWriter(process.stderr);
  readonly #log = new ServerLog(this.#writer, systemClock);
  #server: PredictionServer | null = null;
  #started = false;

  constructor() {
    process.on('message', (message) => void this.#receive(message));
    process.on('disconnect', () => void this.#end());
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.#end());
  }

  /** Starts the server, once, and says where it listens. A failure is reported and ends the process. */
  async start(config: unknown): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    try {
      const settings = resolveConfig(config);
      const server = await PredictionServer.start(
        settings,
        systemClock,
        this.#log,
        this.#telemetry(settings.deployment),
      );
      this.#server = server;
      const { url, port } = server;
      await report({ type: 'ready', url, port, requestedPort: settings.port, version: server.status().version });
      server.onBreach((breach) => void this.#reportBreach(breach));
      const moved = settings.port !== 0 && settings.port !== port ? ` (port ${settings.port} was taken)` : '';
      this.#log.event('info', `${settings.model}@${server.status().version} answers at ${url}${moved}`, { url });
    } catch (error) {
      await this.fail(error);
    }
  }

  /** Reports why the server cannot serve, and ends with the exit code of the error's kind. */
  async fail(thrown: unknown): Promise<void> {
    const error = reportError(thrown);
    this.#log.event('error', `${error.message} ${error.hint}`, { code: error.code });
    await report({ type: 'failed', error });
    await this.#end(errorKinds[error.kind].exitCode);
  }

  async #receive(message: unknown): Promise<void> {
    if (!Check(ServingCommand, message)) {
      const error = new GalleyError('serving.invalid_config', 'A message of the parent does not fit its schema.');
      return report({ type: 'failed', ...idOf(message), error: reportError(error) });
    }
    if (message.type === 'start') return this.start(message.config);
    try {
      await this.#obey(message);
    } catch (error) {
      await report({ type: 'failed', id: message.id, error: reportError(error) });
    }
  }

  async #obey(command: Exclude<ServingCommand, { type: 'start' }>): Promise<void> {
    const server = this.#server;
    if (!server) throw new GalleyError('serving.not_ready', 'The server is still starting.');
    const { id } = command;
    switch (command.type) {
      case 'activate':
        await server.activate(command);
        return report({ type: 'activated', id, version: command.version });
      case 'configure':
        server.configure(command.settings);
        return report({ type: 'configured', id });
      case 'rotate':
        return report({ type: 'rotated', id, segments: await server.rotate() });
      case 'status':
        return report({ type: 'status', id, status: server.status() });
      case 'stop':
        await server.stop();
        await report({ type: 'stopped', id, lostRows: server.unloggedRows });
        return this.#end();
    }
  }

  #telemetry(deployment: string): Telemetry | null {
    const config = otlpConfig(process.env, deployment);
    return config && new Telemetry(config, systemClock, (message) => this.#log.event('warn', message));
  }

  #reportBreach(breach: Breach): Promise<void> {
    const { model, version, role, reason } = breach;
    const done = role === 'canary' ? 'meets no callers any more' : 'goes on answering';
    this.#log.event('warn', `${model}@${version} ${done}: ${reason}.`);
    return report({ type: 'breached', ...breach });
  }

  async #end(exitCode = 0): Promise<void> {
    await this.#server?.stop();
    const lost = this.#server?.unloggedRows ?? 0;
    if (lost > 0) this.#log.event('error', `${lost} answered row(s) could not be logged.`);
    await this.#writer.end();
    // All is on the disk by now.
    if (this.#server?.isHeldUp) process.kill(process.pid, 'SIGKILL');
    process.exit(exitCode);
  }
}

function idOf(message: unknown): { id?: string } {
  const id = (message as { id?: unknown } | null)?.id;
  return typeof id === 'string' && id.length > 0 ? { id } : {};
}

/** Sends a message to the parent, where there is one. */
function report(message: ServingReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(message, undefined, {}, () => resolve());
    else resolve();
  });
}
