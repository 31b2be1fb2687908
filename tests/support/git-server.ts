import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isOnPath } from './needs.ts';
import { temporaryFolder } from './temporary.ts';

/** Git's own program that serves repositories over http; undefined where it is not installed. */
export function gitBackend(): string | undefined {
  if (!isOnPath('git')) return undefined;
  const path = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  return existsSync(path) ? path : undefined;
}

export interface GitServer {
  /** Of the repository, without a user. */
  url: string;
  /** The repository, without files. */
  folder: string;
  /** What was asked, with the header that let it in. */
  requests: { path: string; authorization: string | undefined }[];
}

/** A server of one empty repository on loopback, ended with the test. @param password which the user `ada` needs */
export async function startGitServer(backend: string, password?: string): Promise<GitServer> {
  const root = temporaryFolder();
  const folder = join(root, 'team.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', folder]);
  execFileSync('git', ['-C', folder, 'config', 'http.receivepack', 'true']);
  const requests: GitServer['requests'] = [];
  const wanted = password === undefined ? undefined : `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    requests.push({ path: request.url ?? '', authorization });
    if (request.url?.startsWith('/moved.git')) {
      response.writeHead(301, { location: request.url.replace('/moved.git', '/team.git') }).end();
    } else if (wanted !== undefined && authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="team"' }).end();
    } else serve(backend, root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/team.git`, folder, requests };
}

/** One request as a CGI program answers it. */
function serve(backend: string, root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const child = spawn(backend, [], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_USER: 'ada',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.on('close', () => {
    const answer = Buffer.concat(parts);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer.subarray(0, end).toString('latin1').split('\r\n');
    let status = 200;
    for (const header of headers) {
      const [name = '', value = ''] = header.split(/:\s*/, 2);
      if (name.toLowerCase() === 'status') status = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.writeHead(status).end(answer.subarray(end + 4));
  });
}
