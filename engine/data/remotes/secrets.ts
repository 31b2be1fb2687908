import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { RemoteSettings } from './store.ts';

const kept = new Map<string, string>();
const keyOf = (context: EngineContext, { name }: RemoteSettings) => `${context.project.id}/${name}`;

export async function keepSecret(context: EngineContext, remote: RemoteSettings, secret: string): Promise<void> {
  kept.set(keyOf(context, remote), secret);
}

export async function forgetSecret(context: EngineContext, remote: RemoteSettings): Promise<void> {
  kept.delete(keyOf(context, remote));
}

/** What a job needs to open the remote. */
export async function secretsOf(context: EngineContext, remote: RemoteSettings): Promise<Record<string, string>> {
  const { secretVariable } = remote;
  const secret = secretVariable === null ? kept.get(keyOf(context, remote)) : process.env[secretVariable];
  if (secretVariable !== null && secret === undefined) {
    throw new GalleyError('data.invalid_remote', `The environment variable ${secretVariable} is not set.`);
  }
  return secret === undefined ? {} : { remote: secret };
}
