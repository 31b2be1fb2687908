import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { processEntry, processEnvironment } from '../base/entry.ts';
import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { ErrorReport } from '../contract/errors.ts';
import type { LiveSettings, ServingCommand, ServingConfig, ServingReport, ServingStatus } from '../contract/serving.ts';

type Ready = Extract<ServingReport, { type: 'ready' }>;
/** A version that passed a bound, as a server reports it. */
export type Breached = Extract<ServingReport, { type: 'breached' }>;
type Answer = Exclude<ServingReport, { type: 'ready' | 'failed' | 'breached' }>;
type Activation = Omit<Extract<ServingCommand, { type: 'activate' }>, 'type' | 'id'>;
type Request =
  Exclude<ServingCommand, { type: 'start' }> extends infer Command
    ? Command extends { id: string }
      ? Omit<Command, 'id'>
      : never
    : never;

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: GalleyError): void;
}

/** How a server's process ended. */
export interface ServingExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Requests leave only what is short-lived, and by itself V8 lets its memory for that grow threefold over the first half hour. */
const youngGeneration = '--max-semi-space-size=8';
const stopMilliseconds = 6000;

/** The parent's side of a prediction server in a process of its own. Emits `exit` once, with a `ServingExit`. */
export class ServingClient extends EventEmitter<{ exit: [ServingExit] }> {
  readonly ready: Readonly<Omit<Ready, 'type'>>;
  readonly #child: ChildProcess;
  readonly #waiting: Map<string, Waiting>;
  /** Null: they wait for a listener. */
  #breachListener: ((breach: Breached) => void) | null = null;
  readonly #earlyBreaches: Breached[] = [];
  #numbers = 0;

  private constructor(child: ChildProcess, ready: Ready) {
    super();
    const { url, port, requestedPort, version } = ready;
    this.ready = { url, port, requestedPort, version };
    this.#child = child;
    this.#waiting = new Map();
    child.on('message', (message) => this.#receive(message as ServingReport));
    child.once('exit', (code, signal) => this.#exited({ code, signal }));
  }

  /**
   * Starts a server and waits until it is ready.
   * @param errors is given what it writes to standard error; without it that comes out at this process's
   * @throws GalleyError why it could not start; its process has ended then
   */
  static async start(config: ServingConfig, errors?: (part: Buffer) => void): Promise<ServingClient> {
    const child = fork(fileURLToPath(processEntry('serving')), [], {
      env: processEnvironment() as NodeJS.ProcessEnv,
      execArgv: [youngGeneration],
      stdio: ['ignore', 'inherit', errors ? 'pipe' : 'inherit', 'ipc'],
    });
    if (errors) child.stderr?.on('data', errors);
    return new Promise((resolve, reject) => {
      // Made at once: what comes right behind the first report is for the client.
      firstReport(child, config, (ready) => resolve(new ServingClient(child, ready)), reject);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Is told of each version that passes a bound, also of those that did so before. */
  onBreach(listener: (breach: Breached) => void): void {
    this.#breachListener = listener;
    for (const breach of this.#earlyBreaches.splice(0)) listener(breach);
  }

  /**
   * Swaps the version, and divides the traffic; what is left out stays.
   * @throws GalleyError where a version cannot be loaded; what was before goes on answering
   */
  async activate(activation: Activation): Promise<void> {
    await this.#ask({ type: 'activate', ...activation });
  }

  /** Sets everything that can be changed while the server runs; what is absent gets its default. */
  async configure(settings: LiveSettings): Promise<void> {
    await this.#ask({ type: 'configure', settings });
  }

  /** Closes the open segment of the log. @returns the paths of all closed segments, oldest first */
  async rotate(): Promise<string[]> {
    const answer = await this.#ask({ type: 'rotate' });
    return answer.type === 'rotated' ? answer.segments : [];
  }

  async status(): Promise<ServingStatus> {
    const answer = await this.#ask({ type: 'status' });
    if (answer.type !== 'status') throw new GalleyError('internal.bug', `Asked for a status, got ${answer.type}.`);
    return answer.status;
  }

  /** Lets the server finish and end; kills it where it does not within 6 s. Resolves when its process is gone. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopMilliseconds);
    this.#ask({ type: 'stop' }).catch(() => this.#child.kill('SIGTERM'));
    await gone;
    clearTimeout(timer);
  }

  #ask(request: Request): Promise<Answer> {
    const id = String(++this.#numbers);
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) return reject(processEnded({ code: this.#child.exitCode, signal: null }));
      this.#waiting.set(id, { resolve, reject });
      // A process that was just killed cannot be told; its exit rejects what waits. Without a callback the error would end this process.
      this.#child.send({ ...request, id }, () => {});
    });
  }

  #receive(message: ServingReport): void {
    if (message.type === 'breached') this.#breached(message);
    if (message.type === 'ready' || message.type === 'breached' || message.id === undefined) return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'failed') waiting?.reject(errorFromReport(message.error as ErrorReport));
    else waiting?.resolve(message);
  }

  #breached(breach: Breached): void {
    if (this.#breachListener) this.#breachListener(breach);
    else this.#earlyBreaches.push(breach);
  }

  #exited(exit: ServingExit): void {
    for (const { reject } of this.#waiting.values()) reject(processEnded(exit));
    this.#waiting.clear();
    this.emit('exit', exit);
  }
}

function firstReport(
  child: ChildProcess,
  config: ServingConfig,
  isReady: (ready: Ready) => void,
  failed: (error: Error) => void,
): void {
  const ended = (code: number | null, signal: NodeJS.Signals | null) => failed(processEnded({ code, signal }));
  child.once('error', failed);
  child.once('exit', ended);
  child.once('message', (message: ServingReport) => {
    child.off('exit', ended);
    child.off('error', failed);
    if (message.type === 'ready') return isReady(message);
    const error = message.type === 'failed' ? errorFromReport(message.error as ErrorReport) : null;
    failed(error ?? new GalleyError('internal.bug', `The server began with the message ${message.type}.`));
  });
  const command: ServingCommand = { type: 'start', config };
  child.send(command);
}

function processEnded({ code, signal }: ServingExit): GalleyError {
  const how = signal ? `by ${signal}` : `with exit code ${code}`;
  return new GalleyError('serving.process_ended', `The process of the prediction server ended ${how}.`, {
    details: { code, signal },
  });
}
