import { type MessagePort, parentPort } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { GalleyError, reportError } from '../base/errors.ts';
import { idSource } from '../base/ids.ts';
import { isLogged } from './config.ts';
import type { TextAnswer } from './http-answer.ts';
import { HttpRoutes, pathOf, requireRoute } from './http-routes.ts';
import {
  bodyAsRequest,
  type ThreadError,
  type ThreadOrder,
  type ThreadReport,
  type ThreadState,
  wholeBuffer,
} from './large-requests.ts';
import { anyRun } from './model.ts';
import type { Predictor } from './predictor.ts';
import { ModelProfiles } from './profiles/model-profiles.ts';
import type { ModelReference } from './protocols/host.ts';
import { protocols } from './protocols/index.ts';
import { ServedModel, unknownModel } from './served-model.ts';

type Call = Extract<ThreadOrder, { type: 'call' }>;

/** Records that go to the server in one message. */
const recordsAtOnce = 1000;

/** The thread's side of `LargeRequests`: the same protocols over models of its own. */
class LargeRequestThread {
  readonly #port: MessagePort;
  readonly #models = new Map<string, ServedModel>();
  readonly #records = new Map<string, string[]>();
  readonly #profiles = new Map<string, ModelProfiles>();
  readonly #newId = idSource(systemClock);
  readonly #routes: HttpRoutes;
  #state: ThreadState | null = null;
  /** Whether the last change of the state could be taken, which the calls behind it wait for. */
  #settled: Promise<boolean> = Promise.resolve(false);
  readonly #running = new Set<Promise<void>>();

  constructor(port: MessagePort) {
    this.#port = port;
    this.#routes = new HttpRoutes(protocols(this.#host()));
    port.on('message', (order: ThreadOrder) => this.#obey(order));
  }

  #obey(order: ThreadOrder): void {
    switch (order.type) {
      case 'state':
        this.#settled = this.#settled.then(() => this.#take(order.state));
        break;
      case 'call':
        this.#begin(order);
        break;
      case 'end':
        void this.#end();
        break;
      case 'abandon':
        this.#flush();
        // Of the thread: here no call of ONNX Runtime is under way.
        process.exit();
    }
  }

  #begin(call: Call): void {
    const running = this.#settled.then((taken) => (taken ? this.#answer(call) : this.#decline(call)));
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  async #take(state: ThreadState): Promise<boolean> {
    this.#state = state;
    try {
      for (const { model, activation } of state.models) {
        const served = this.#models.get(model) ?? this.#servedModel(model);
        this.#models.set(model, served);
        await served.activate(activation);
      }
      return true;
    } catch (error) {
      this.#report({ type: 'unable', error: threadError(error) });
      return false;
    }
  }

  #servedModel(model: string): ServedModel {
    const state = () => this.#state as ThreadState;
    const profiles = new ModelProfiles(model, systemClock);
    if (state().settings.profile.enabled) this.#profiles.set(model, profiles);
    return new ServedModel({
      model,
      versions: [],
      loading: {
        batch: () => state().settings.batch,
        observe: (rows) => this.#report({ type: 'batch', rows }),
        longest: anyRun,
      },
      predictor: {
        model,
        limits: () => state().settings.limits,
        sampling: () => (isLogged(state().settings) ? state().settings.log.sampling : 0),
        log: { append: (record) => this.#append(model, record) },
        profiles: this.#profiles.get(model),
        logMask: () => state().settings.logMask,
        clock: systemClock,
        newId: this.#newId,
      },
      breached: () => {},
      elsewhere: (version, outcome) => this.#report({ type: 'outcome', model, version, outcome }),
    });
  }

  async #answer({ id, url, headers, receipt, body }: Call): Promise<void> {
    const path = pathOf({ url });
    const found = this.#routes.find(path);
    const { at, age, id: requestId } = receipt;
    const call = {
      request: bodyAsRequest(body, headers),
      receipt: { id: requestId, at, monotonic: systemClock.monotonic() - age },
      parameters: found.parameters,
      takeMore: () => 0,
    };
    try {
      const answer = (await requireRoute(found, path, 'POST').answer(call)) as TextAnswer;
      this.#flush();
      this.#report({ type: 'answer', id, answer });
    } catch (error) {
      this.#report({ type: 'failed', id, error: threadError(error) });
    }
  }

  #decline({ id, body }: Call): void {
    this.#report({ type: 'declined', id, body }, wholeBuffer(body));
  }

  /** What the routes of predictions ask of a server. */
  #host(): Parameters<typeof protocols>[0] {
    const only = (): never => {
      throw new GalleyError('internal.bug', 'Only predictions are answered in this thread.');
    };
    const thread = this;
    return {
      get settings() {
        return (thread.#state as ThreadState).settings;
      },
      url: '',
      isReady: true,
      needsKey: false,
      ending: new AbortController().signal,
      predictor: (reference) => this.#predictor(reference),
      active: only,
      labelLog: only,
      message: only,
      requireReady: only,
      status: only,
      metricsText: only,
      profileOf: only,
    };
  }

  #predictor({ model, ...version }: ModelReference = {}): Predictor {
    const name = model ?? (this.#state as ThreadState).settings.model;
    const served = this.#models.get(name);
    if (served) return served.predictor(version);
    throw unknownModel(name, this.#models.keys());
  }

  #append(model: string, record: string): void {
    const records = this.#records.get(model) ?? [];
    this.#records.set(model, records);
    if (records.push(record) >= recordsAtOnce) this.#flush();
  }

  #flush(): void {
    for (const [model, records] of this.#records) this.#report({ type: 'records', model, records });
    this.#records.clear();
    for (const [model, profiles] of this.#profiles) {
      for (const [version, profile] of profiles.rowProfiles('answered')) {
        const rows = profile.take();
        if (rows) this.#report({ type: 'profile', model, version, rows });
      }
    }
  }

  #report(report: ThreadReport, handedOver: ArrayBuffer[] = []): void {
    this.#port.postMessage(report, handedOver);
  }

  async #end(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
    await this.#settled;
    this.#port.close();
  }
}

function threadError(error: unknown): ThreadError {
  return { report: reportError(error), stack: error instanceof Error ? error.stack : undefined };
}

/** Begins to answer what the server's main thread sends. */
export function runLargeRequestThread(): void {
  new LargeRequestThread(parentPort as MessagePort);
}
