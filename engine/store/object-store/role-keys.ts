import { type Clock, systemClock } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import { networkError } from '../../base/network-errors.ts';
import { sendHttp, textOf } from '../http-client.ts';
import { errorOf, roleAnswer } from './messages.ts';

/** What requests to an object store are signed with. */
export interface SigningKeys {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of keys that hold for a while. */
  sessionToken?: string;
}

export interface RoleOptions {
  /** ARN. */
  role: string;
  /** Address of the service that gives keys. */
  service: string;
  /** Shows who asks. @throws GalleyError `data.identity_needed` */
  token(): Promise<string>;
  clock?: Clock;
}

/** Keys are asked for anew so long before they end. */
const marginMilliseconds = 5 * 60_000;

/**
 * The keys of a role, for which nothing is kept: an identity token is exchanged for some that hold an hour
 * (AssumeRoleWithWebIdentity of the AWS Security Token Service, 2011-06-15; MinIO and Ceph have it, too).
 */
export class RoleKeys {
  readonly #options: Required<RoleOptions>;
  #last: Promise<SigningKeys & { until: number }> | undefined;

  constructor(options: RoleOptions) {
    this.#options = { clock: systemClock, ...options };
  }

  /** @throws GalleyError `data.identity_needed`, `data.access_refused`, and of the network */
  get(): Promise<SigningKeys> {
    const last = this.#last;
    const isGood = ({ until }: { until: number }) => until - marginMilliseconds > this.#options.clock.now();
    const next = last
      ? last.then(
          (keys) => (isGood(keys) ? keys : this.#ask()),
          () => this.#ask(),
        )
      : this.#ask();
    this.#last = next;
    return next;
  }

  async #ask(): Promise<SigningKeys & { until: number }> {
    const { role, token } = this.#options;
    const url = new URL(this.#options.service);
    const form = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role,
      RoleSessionName: 'galley',
      WebIdentityToken: await token(),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/xml' };
    const body = new TextEncoder().encode(form.toString());
    const response = await sendHttp(url, { method: 'POST', headers, body }).catch((error) => {
      throw networkError(error, url.host) ?? error;
    });
    const text = await textOf(response);
    const keys = response.statusCode === 200 ? roleAnswer(text) : undefined;
    if (keys) return keys;
    const { code, message } = errorOf(text);
    const said = [code, message].filter(Boolean).join(': ') || `status ${response.statusCode}`;
    throw new GalleyError('data.access_refused', `${url.host} does not give the keys of ${role}: ${said}.`, {
      details: { role, status: response.statusCode ?? 0, code },
      hint: 'Look whether the role trusts whoever signed the token, and the subject and audience that stand in it.',
    });
  }
}
