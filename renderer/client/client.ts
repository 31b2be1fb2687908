import type { Call, InputOf, OutputOf } from '../../engine/contract/call.ts';
import type { ErrorReport } from '../../engine/contract/errors.ts';
import type { calls } from '../../engine/contract/index.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { ClientError, engineAway } from './client-error.ts';

type Areas = typeof calls;
type CallAt<Area extends keyof Areas, Verb extends keyof Areas[Area]> = Areas[Area][Verb] extends Call
  ? Areas[Area][Verb]
  : never;
type Answer<C extends Call> = C['job'] extends true ? { job: Job } : OutputOf<C>;

/** `area.verb` of every call of the contract. */
export type CallName = {
  [Area in keyof Areas & string]: `${Area}.${keyof Areas[Area] & string}`;
}[keyof Areas & string];

type CallNamed<Name extends CallName> = Name extends `${infer Area}.${infer Verb}`
  ? Area extends keyof Areas
    ? Verb extends keyof Areas[Area]
      ? CallAt<Area, Verb>
      : never
    : never
  : never;

export type CallInput<Name extends CallName> = InputOf<CallNamed<Name>>;
export type CallAnswer<Name extends CallName> = Answer<CallNamed<Name>>;
export type CallResult<Name extends CallName> = OutputOf<CallNamed<Name>>;

export interface ClientOptions {
  token: string;
  /** Origin of the engine; empty for the one that served the window. */
  origin?: string;
  fetch?: typeof fetch;
}

/** The engine's calls over HTTP. Every failure is a `ClientError`. */
export class Client {
  readonly #token: string;
  readonly #origin: string;
  readonly #fetch: typeof fetch;

  constructor({ token, origin = '', fetch: send = (input, init) => fetch(input, init) }: ClientOptions) {
    this.#token = token;
    this.#origin = origin;
    this.#fetch = send;
  }

  async call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    signal?: AbortSignal,
  ): Promise<CallAnswer<Name>> {
    const response = await this.#send(`/api/${name.replace('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal,
    });
    return (await response.json()) as CallAnswer<Name>;
  }

  /** Hands a dropped file to the engine; the answer is a path that calls with `files` or `file` take. */
  async upload(file: File, signal?: AbortSignal): Promise<string> {
    const response = await this.#send('/api/upload', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(file.name) },
      body: file,
      signal,
    });
    const answer = (await response.json()) as { path: string };
    return answer.path;
  }

  /** Says that a file that was handed over is no longer needed. */
  async discardUpload(path: string): Promise<void> {
    await this.#send('/api/upload', {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path }),
    });
  }

  /** The open event stream after a sequence number. */
  async events(after: number | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const query = after === undefined ? '' : `?after=${after}`;
    const response = await this.#send(`/api/events${query}`, { headers: { accept: 'text/event-stream' }, signal });
    if (response.body === null) throw engineAway();
    return response.body;
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const response = await this.#attempt(path, init);
    if (response.ok) return response;
    throw new ClientError(await readReport(response));
  }

  async #attempt(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.#token}` };
    try {
      return await this.#fetch(`${this.#origin}${path}`, { ...init, headers });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw engineAway();
    }
  }
}

/** The error in a refused answer; one that is not ours is reported with its status. */
export async function readReport(response: Response): Promise<ErrorReport> {
  try {
    const body = (await response.json()) as { error?: ErrorReport };
    if (typeof body.error?.message === 'string') return body.error;
  } catch {
    // Not JSON: the status says all there is.
  }
  return {
    code: 'client.unreadable_answer',
    kind: 'internal',
    message: `The engine answered with status ${response.status}.`,
    hint: 'Reload the window. If it comes again, please report it with the log of the engine.',
    details: { status: response.status },
  };
}
