import { readFile } from 'node:fs/promises';
import { GalleyError } from '../../base/errors.ts';
import { networkError } from '../../base/network-errors.ts';
import { sendHttp, textOf } from '../http-client.ts';

/** For whom the token is meant; what AWS, and what stores that speak its language expect where nothing else was agreed. */
const audience = 'sts.amazonaws.com';

/**
 * The OpenID Connect token by which the machine that runs this shows who it is: of `GALLEY_REMOTE_TOKEN`, of the file that
 * `AWS_WEB_IDENTITY_TOKEN_FILE` names, or as GitHub hands it to a job. It is read anew each time, since it does not live long.
 * @throws GalleyError `data.identity_needed`, and of the network
 */
export async function identityToken(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { GALLEY_REMOTE_TOKEN, AWS_WEB_IDENTITY_TOKEN_FILE, ACTIONS_ID_TOKEN_REQUEST_URL } = environment;
  if (GALLEY_REMOTE_TOKEN) return GALLEY_REMOTE_TOKEN;
  if (AWS_WEB_IDENTITY_TOKEN_FILE) return tokenOfFile(AWS_WEB_IDENTITY_TOKEN_FILE);
  if (ACTIONS_ID_TOKEN_REQUEST_URL)
    return tokenOfGitHub(ACTIONS_ID_TOKEN_REQUEST_URL, environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '');
  throw needed('Nothing here gives an identity token');
}

async function tokenOfFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw needed(`${path}, which AWS_WEB_IDENTITY_TOKEN_FILE names, cannot be read`, cause);
  }
}

async function tokenOfGitHub(address: string, secret: string): Promise<string> {
  const url = new URL(address);
  url.searchParams.set('audience', audience);
  const headers = { authorization: `Bearer ${secret}`, accept: 'application/json' };
  const response = await sendHttp(url, { headers }).catch((error) => {
    throw networkError(error, url.host) ?? error;
  });
  const { value } = parsed(await textOf(response));
  if (response.statusCode === 200 && typeof value === 'string') return value;
  throw needed(`${url.host} answered the wish for an identity token with status ${response.statusCode}`);
}

function parsed(text: string): { value?: unknown } {
  try {
    return JSON.parse(text) as { value?: unknown };
  } catch {
    return {};
  }
}

function needed(reason: string, cause?: unknown): GalleyError {
  return new GalleyError('data.identity_needed', `${reason}, so the role of the remote cannot be taken on.`, { cause });
}
