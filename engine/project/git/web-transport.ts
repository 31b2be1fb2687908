import {
  fetch,
  type GitHttpRequest,
  type GitHttpResponse,
  type HttpClient,
  listServerRefs,
  push,
} from 'isomorphic-git';
import { GalleyError } from '../../base/errors.ts';
import { networkError } from '../../base/network-errors.ts';
import { sendHttp } from '../../store/http-client.ts';
import type { Tip, Transport, TransportTools } from './transport.ts';
import { behind, notFound, pushRefused, tooLarge } from './transport-errors.ts';

const mostMegabytes = 256;

/** A repository that a server offers over http or https, as all hosts of Git do. */
export class WebTransport implements Transport {
  readonly #url: string;
  readonly #user: string | undefined;
  readonly #tools: TransportTools;

  constructor(url: string, user: string | undefined, tools: TransportTools) {
    const plain = new URL(url);
    plain.username = '';
    this.#url = plain.href.replace(/\/+$/, '');
    this.#user = user;
    this.#tools = tools;
  }

  async fetch(branch: string | undefined): Promise<Tip | undefined> {
    const { repository } = this.#tools;
    return this.#answered(async () => {
      const refs = await listServerRefs({ ...this.#common, url: this.#url, protocolVersion: 1, symrefs: true });
      const head = refs.find(({ ref }) => ref === 'HEAD')?.target?.replace('refs/heads/', '');
      const branches = refs.flatMap(({ ref }) => (ref.startsWith('refs/heads/') ? [ref.slice(11)] : []));
      const wanted = branch ?? head ?? branches[0];
      if (wanted === undefined || branches.length === 0) return undefined;
      const tip = refs.find(({ ref }) => ref === `refs/heads/${wanted}`)?.oid;
      if (tip === undefined) throw notFound(this.#url, `there is no branch ${wanted}`);
      await fetch({
        ...repository.base,
        ...this.#common,
        url: this.#url,
        remote: 'origin',
        ref: wanted,
        remoteRef: wanted,
        singleBranch: true,
        tags: false,
      });
      return { branch: wanted, commit: tip };
    });
  }

  async push(branch: string, head: string): Promise<void> {
    const { repository } = this.#tools;
    await this.#answered(async () => {
      const [there] = await listServerRefs({
        ...this.#common,
        url: this.#url,
        protocolVersion: 1,
        prefix: `refs/heads/${branch}`,
      });
      if (there?.oid === head) return;
      const ref = `refs/heads/${branch}`;
      const done = await push({
        ...repository.base,
        ...this.#common,
        url: this.#url,
        remote: 'origin',
        ref: branch,
        remoteRef: ref,
      });
      const refused = Object.entries(done.refs).find(([, { ok }]) => !ok);
      if (refused) throw pushRefused(this.#url, refused[1].error);
    });
  }

  get #common() {
    return {
      http: this.#client(),
      onAuth: () => this.#credentials(),
      onAuthFailure: () => {
        throw this.#accessRefused();
      },
    };
  }

  #credentials() {
    const { secret } = this.#tools;
    if (secret === undefined) throw this.#accessRefused();
    // A token alone is taken by hosts of Git whatever the name beside it is.
    return { username: this.#user ?? 'git', password: secret };
  }

  #accessRefused(): GalleyError {
    const what = this.#tools.secret === undefined ? 'asks for a password or token' : 'refuses the password or token';
    return new GalleyError('project.git_access', `${this.#url} ${what}.`, { details: { address: this.#url } });
  }

  #client(): HttpClient {
    return {
      request: async ({ url, method = 'GET', headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> => {
        const target = new URL(url);
        if (!url.startsWith(this.#url)) throw this.#leadsElsewhere(target);
        const sent: Uint8Array[] = [];
        for await (const part of body ?? []) sent.push(part);
        const response = await sendHttp(target, {
          method,
          headers: { ...headers, 'user-agent': 'git/2 (Galley)', 'accept-encoding': 'identity' },
          ...(body ? { body: Buffer.concat(sent) } : {}),
        });
        const { statusCode = 0, statusMessage = '', headers: answered } = response;
        if (statusCode >= 300 && statusCode < 400) {
          response.destroy();
          throw this.#leadsElsewhere(answered.location);
        }
        return {
          url,
          method,
          statusCode,
          statusMessage,
          headers: answered as Record<string, string>,
          body: this.#limited(response),
        };
      },
    };
  }

  #leadsElsewhere(to: URL | string | undefined): GalleyError {
    const where = to === undefined ? 'elsewhere' : `to ${String(to).replace(/\/info\/refs.*$/, '')}`;
    return new GalleyError('project.git_address', `${this.#url} leads ${where}, where Galley does not follow.`, {
      hint: 'If that is where the repository is, give that address itself.',
    });
  }

  async *#limited(response: AsyncIterable<Uint8Array>): AsyncIterableIterator<Uint8Array> {
    let bytes = 0;
    for await (const part of response) {
      bytes += part.length;
      this.#tools.progress('fetching', bytes, 0);
      if (bytes > mostMegabytes * 1e6) throw tooLarge(this.#url, mostMegabytes);
      yield part;
    }
  }

  async #answered<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof GalleyError) throw error;
      throw this.#failure(error as Error & { code?: string; data?: { statusCode?: number } });
    }
  }

  #failure(error: Error & { code?: string; data?: { statusCode?: number } }): Error {
    const network = networkError(error, new URL(this.#url).host);
    if (network) return network;
    switch (error.code) {
      case 'PushRejectedError':
        return behind(this.#url);
      case 'GitPushError':
        return pushRefused(this.#url, error.message.split('\n').slice(0, 3).join(' '));
      case 'HttpError': {
        const status = error.data?.statusCode ?? 0;
        if (status === 401 || status === 403) return this.#accessRefused();
        return notFound(this.#url, `the server answers with status ${status}`);
      }
      case 'NotFoundError':
      case 'SmartHttpError':
      case 'ParseError':
      case 'RemoteCapabilityError':
        return notFound(this.#url, 'there is no Git repository that can be read over http');
      default:
        return error;
    }
  }
}
