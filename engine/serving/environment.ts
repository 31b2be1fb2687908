import { readFileSync } from 'node:fs';
import { GalleyError } from '../base/errors.ts';

import type { ServingConfig } from '../contract/serving.ts';

type EnvironmentConfig = Pick<ServingConfig, 'host' | 'port' | 'token' | 'profile'>;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a container's environment says in place of the config: `PORT`, `HOST`, and `GALLEY_TOKEN` or the file that
 * `GALLEY_TOKEN_FILE` names; `GALLEY_PROFILE_FOLDER` and `GALLEY_PROFILE_KEY_FILE` of the profile. An empty variable says nothing.
 * @throws GalleyError `serving.invalid_config`
 */
export function environmentConfig(environment: Environment): EnvironmentConfig {
  const { PORT: port, HOST: host, GALLEY_PROFILE_FOLDER: folder, GALLEY_PROFILE_KEY_FILE: key } = environment;
  const token = tokenOf(environment);
  return {
    ...(port && { port: portOf(port) }),
    ...(host && { host }),
    ...(token !== undefined && { token }),
    ...((folder || key) && { profile: { ...(folder && { folder }), ...(key && { signingKeyFile: key }) } }),
  };
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  const message = `The environment variable PORT is ${JSON.stringify(text)}, not a whole number from 0 to 65535.`;
  throw new GalleyError('serving.invalid_config', message, { details: { variable: 'PORT' } });
}

function tokenOf({ GALLEY_TOKEN: token, GALLEY_TOKEN_FILE: path }: Environment): string | undefined {
  if (!path) return token || undefined;
  if (token) {
    const message = 'GALLEY_TOKEN and GALLEY_TOKEN_FILE are both set, but there is one token: take one of them away.';
    throw new GalleyError('serving.invalid_config', message, { details: { variable: 'GALLEY_TOKEN_FILE' } });
  }
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const message = `The file that GALLEY_TOKEN_FILE names cannot be read: ${(cause as Error).message}`;
    throw new GalleyError('serving.invalid_config', message, { details: { variable: 'GALLEY_TOKEN_FILE' }, cause });
  }
}
