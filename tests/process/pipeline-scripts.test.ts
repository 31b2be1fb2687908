import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { checkoutFolder, needsPlatform } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);
const scripts = join(checkoutFolder, 'resources', 'exports', 'pipeline');

interface Request {
  line: string;
  body: string;
  token: string | undefined;
}

/** A server that answers by method and path, 404 where it has no answer, and remembers what it was asked. */
async function answering(answers: Record<string, unknown>): Promise<{ url: string; requests: Request[] }> {
  const requests: Request[] = [];
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString('latin1');
    const line = `${request.method} ${request.url}`;
    const token = request.headers.authorization ?? (request.headers['private-token'] as string | undefined);
    requests.push({ line, body, token });
    const answer = answers[line];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? { message: 'not found' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, requests };
}

/** A folder of a report step: Markdown with a picture beside it, one elsewhere and one that leads out. */
function reportFolder(
  text = '# Renewal\n![gain](gain.png) ![x](https://example.org/x.png) ![out](../secret.png) ![gone](gone.png) ![odd](100%.png)\n',
): string {
  const outer = temporaryFolder();
  const folder = join(outer, 'paper');
  mkdirSync(join(folder, 'files'), { recursive: true });
  writeFileSync(join(outer, 'secret.png'), 'secret');
  writeFileSync(join(folder, 'secret.png'), 'secret');
  writeFileSync(join(folder, 'files', 'report.md'), text);
  writeFileSync(join(folder, 'files', 'gain.png'), 'picture');
  return folder;
}

const comment = (folder: string, env: Record<string, string>) =>
  run(process.execPath, [join(scripts, 'comment.mjs'), folder], { env: { PATH: process.env.PATH, ...env } });

function gitHubEnvironment(url: string): Record<string, string> {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: url,
    GITHUB_SERVER_URL: 'https://github.example.org',
    GITHUB_REPOSITORY: 'acme/riders',
    GITHUB_REF_NAME: 'better',
    GALLEY_COMMENT_TOKEN: 'secret-token',
  };
}

const pulls = 'GET /repos/acme/riders/pulls?state=open&head=acme%3Abetter';
const comments = 'GET /repos/acme/riders/issues/7/comments?per_page=100&page=1';

test('a report becomes one comment of the pull request, with its pictures on a branch of their own', async () => {
  const { url, requests } = await answering({
    [pulls]: [{ number: 7 }],
    [comments]: [{ id: 3, body: 'something else' }],
    'POST /repos/acme/riders/git/trees': { sha: 't' },
    'POST /repos/acme/riders/git/commits': { sha: 'c' },
    'POST /repos/acme/riders/git/refs': {},
    'POST /repos/acme/riders/issues/7/comments': {},
    ...Object.fromEntries([`PUT /repos/acme/riders/contents/${pictureHash}.png`].map((line) => [line, {}])),
  });
  const { stdout } = await comment(reportFolder(), gitHubEnvironment(url));
  expect(stdout).toBe('Commented.\n');
  for (const { token } of requests) expect(token).toBe('Bearer secret-token');
  const written = requests.at(-1) as Request;
  expect(written.line).toBe('POST /repos/acme/riders/issues/7/comments');
  expect(JSON.parse(written.body).body).toBe(
    `<!-- galley paper -->\n# Renewal\n![gain](https://github.example.org/acme/riders/blob/galley-reports/${pictureHash}.png?raw=true) ![x](https://example.org/x.png) ![out](../secret.png) ![gone](gone.png) ![odd](100%.png)\n`,
  );
  const uploaded = requests.filter(({ line }) => line.startsWith('PUT'));
  expect(uploaded.map(({ body }) => Buffer.from(JSON.parse(body).content, 'base64').toString())).toEqual(['picture']);
});

/** SHA-256 of `picture`. */
const pictureHash = '2cea274d0bedc39ec4ab6ba9e59ec889e3ed6fb56a1cf088a64d9b383378dc97';

test('the comment of the run before is changed, and a long one is cut at a line', async () => {
  const { url, requests } = await answering({
    [pulls]: [{ number: 7 }],
    [comments]: [{ id: 3, body: '<!-- galley paper -->\nold' }],
    'PATCH /repos/acme/riders/issues/comments/3': {},
  });
  await comment(reportFolder('é line\n'.repeat(20_000)), gitHubEnvironment(url));
  const { line, body } = requests.at(-1) as Request;
  expect(line).toBe('PATCH /repos/acme/riders/issues/comments/3');
  const text: string = JSON.parse(Buffer.from(body, 'latin1').toString()).body;
  expect(text.length).toBeLessThan(61_000);
  expect(text.endsWith('é line\n\n(The rest is in the files of the step.)\n')).toBe(true);
});

test('a merge request of GitLab gets a note; where there is no request nothing is said', async () => {
  const { url, requests } = await answering({
    'POST /projects/5/uploads': { url: '/uploads/abc/picture.png' },
    'GET /projects/5/merge_requests/12/notes?per_page=100&page=1': [],
    'POST /projects/5/merge_requests/12/notes': {},
  });
  const env = { CI_API_V4_URL: url, CI_PROJECT_ID: '5', GALLEY_COMMENT_TOKEN: 'secret-token' };
  await comment(reportFolder(), { ...env, CI_OPEN_MERGE_REQUESTS: 'acme/riders!12' });
  expect(JSON.parse((requests.at(-1) as Request).body).body).toContain('![gain](/uploads/abc/picture.png)');
  expect((requests.at(-1) as Request).token).toBe('secret-token');
  const before = requests.length;
  const { stdout } = await comment(reportFolder(), env);
  expect(stdout).toContain('no open request');
  expect(requests).toHaveLength(before);
});

test('an answer that is none ends it with what was asked', async () => {
  const { url } = await answering({});
  await expect(comment(reportFolder(), gitHubEnvironment(url))).rejects.toMatchObject({
    stderr: expect.stringContaining('GET /repos/acme/riders/pulls was answered with 404'),
  });
});

/** Programs of their names that write down what they are called with. */
function fakePrograms(rolloutFails = false): { path: string; calls: () => string[] } {
  const folder = temporaryFolder();
  const log = join(folder, 'calls');
  writeFileSync(log, '');
  const program = (name: string, body: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> '${log}'\n${body}\n`, { mode: 0o755 });
  program(
    'docker',
    `case "$1 $2" in "image inspect") echo 'other@sha256:00'; echo 'registry.example.org/price@sha256:ab';; esac`,
  );
  program('kubectl', rolloutFails ? `case "$*" in *"rollout status"*) exit 1;; esac` : '');
  return {
    path: `${folder}${delimiter}${process.env.PATH}`,
    calls: () =>
      readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .filter((line) => line !== ''),
  };
}

function deployedFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'package'));
  writeFileSync(join(folder, 'package', 'Dockerfile'), 'FROM scratch\n');
  return folder;
}

const rollOut = (folder: string, env: Record<string, string>) =>
  run('sh', [join(scripts, 'roll-out.sh'), folder], { env });
const image = { GALLEY_MODEL_IMAGE: 'registry.example.org/price', GALLEY_IMAGE_TAG: '8-1' };

test('a version that was let through is built, pushed, and rolled out by the digest that the registry told', async (context) => {
  needsPlatform(context, 'linux', 'darwin');
  const { path, calls } = fakePrograms();
  const folder = deployedFolder();
  const settings = {
    GALLEY_ROLLOUT_DEPLOYMENT: 'price',
    GALLEY_ROLLOUT_NAMESPACE: 'models',
    GALLEY_KUBECONFIG: 'config',
  };
  const { stdout } = await rollOut(folder, { PATH: path, ...image, ...settings });
  expect(stdout).toContain('Pushed registry.example.org/price@sha256:ab');
  expect(calls()).toEqual([
    `docker build --tag registry.example.org/price:8-1 ${folder}/package`,
    'docker push --quiet registry.example.org/price:8-1',
    expect.stringMatching(/^docker image inspect /),
    'kubectl --namespace models set image deployment/price price=registry.example.org/price@sha256:ab',
    'kubectl --namespace models rollout status --timeout=10m deployment/price',
  ]);
});

test('an image that does not come up gives way to the one before', async (context) => {
  needsPlatform(context, 'linux', 'darwin');
  const { path, calls } = fakePrograms(true);
  const failing = rollOut(deployedFolder(), { PATH: path, ...image, GALLEY_ROLLOUT_DEPLOYMENT: 'price' });
  await expect(failing).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('the one before is back') });
  expect(calls().at(-1)).toBe('kubectl --namespace default rollout undo deployment/price');
});

test('nothing is built where nothing was let through or nobody said where to, and nothing rolled out where nobody said what', async (context) => {
  needsPlatform(context, 'linux', 'darwin');
  const { path, calls } = fakePrograms();
  await rollOut(temporaryFolder(), { PATH: path, ...image });
  await rollOut(deployedFolder(), { PATH: path });
  expect(calls()).toEqual([]);
  await rollOut(deployedFolder(), { PATH: path, ...image });
  expect(calls().some((call) => call.startsWith('kubectl'))).toBe(false);
});
