/**
 * Puts a report with its pictures under the pull request (GitHub) or merge request (GitLab) of a branch: the comment of the run
 * before is changed, so that there is one. Where there is no report or no request it says so and ends well.
 *
 *     node comment.mjs FOLDER      the folder that the report step wrote
 */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, normalize } from 'node:path';

/** Bytes; both take at most this or more. */
const longestComment = 60_000;
const largestPicture = 4_000_000;
const pictureTypes = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
};
const pictureBranch = 'galley-reports';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say the folder that the report step wrote.');
const { env } = process;

const report = reportIn(folder);
const requests = env.GITHUB_ACTIONS === 'true' ? gitHub() : gitLab();
const request = report && (await requests.find());
if (!report) console.log(`There is no Markdown in ${folder}: nothing to comment.`);
else if (!request) console.log('The branch has no open request: nothing to comment.');
else await comment(report, request);

/** The first Markdown file of a folder, by its name. */
function reportIn(path) {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  const name = names.find((one) => one.endsWith('.md'));
  return name && { path: join(path, name), text: readFileSync(join(path, name), 'utf8') };
}

async function comment({ path, text }, request) {
  const marker = `<!-- galley ${basename(dirname(normalize(`${folder}/x`)))} -->`;
  const withPictures = await replacePictures(text, dirname(path));
  const body = `${marker}\n${shortened(withPictures)}`;
  await request.write(marker, body);
  console.log('Commented.');
}

function shortened(text) {
  const bytes = Buffer.from(text);
  if (bytes.length <= longestComment) return text;
  const kept = bytes
    .subarray(0, longestComment)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
  return `${kept.slice(0, kept.lastIndexOf('\n'))}\n\n(The rest is in the files of the step.)\n`;
}

/** Uploads each picture that the report has beside it and names it by its address. */
async function replacePictures(text, from) {
  const form = /!\[([^\]]*)\]\(([^()\s]+)\)/g;
  const addresses = new Map();
  for (const [, , target] of text.matchAll(form)) {
    const type = pictureTypes[extname(target).toLowerCase()];
    const bytes = type && !addresses.has(target) ? pictureBeside(from, target) : undefined;
    if (bytes) addresses.set(target, await requests.upload(bytes, extname(target).toLowerCase(), type));
  }
  return text.replaceAll(form, (whole, title, target) => {
    const address = addresses.get(target);
    return address === undefined ? whole : `![${title}](${address})`;
  });
}

/** Undefined where a target is no picture that can be shown; the report then names it as it is. */
function pictureBeside(from, target) {
  if (/^[a-z]+:/i.test(target)) return undefined;
  try {
    const path = normalize(join(from, decodeURI(target)));
    if (!path.startsWith(normalize(`${from}/`)) || !lstatSync(path).isFile()) return undefined;
    const bytes = readFileSync(path);
    return bytes.length > largestPicture ? undefined : bytes;
  } catch {
    return undefined;
  }
}

async function send(url, headers, method = 'GET', body = undefined) {
  const isForm = body instanceof FormData;
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body && !isForm && { 'content-type': 'application/json' }) },
    body: body && !isForm ? JSON.stringify(body) : body,
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok) {
    const error = new Error(
      `${method} ${new URL(url).pathname} was answered with ${response.status}: ${text.slice(0, 500)}`,
    );
    throw Object.assign(error, { status: response.status });
  }
  return text === '' ? null : JSON.parse(text);
}

function gitHub() {
  const repository = `${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}`;
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${env.GALLEY_COMMENT_TOKEN}`,
    'x-github-api-version': '2022-11-28',
  };
  const call = (path, ...rest) => send(`${repository}${path}`, headers, ...rest);
  const existing = (path) => call(path).catch((error) => (error.status === 404 ? null : Promise.reject(error)));
  /** A branch without history of its own needs a commit to begin with: an empty tree. */
  const makeBranch = async () => {
    if (await existing(`/git/ref/heads/${pictureBranch}`)) return;
    const tree = await call('/git/trees', 'POST', {
      tree: [{ path: 'README.md', mode: '100644', type: 'blob', content: 'Pictures of reports of Galley.\n' }],
    });
    const commit = await call('/git/commits', 'POST', { message: 'Begin', tree: tree.sha, parents: [] });
    await call('/git/refs', 'POST', { ref: `refs/heads/${pictureBranch}`, sha: commit.sha });
  };
  return {
    async find() {
      const owner = env.GITHUB_REPOSITORY.split('/')[0];
      const head = encodeURIComponent(`${owner}:${env.GITHUB_HEAD_REF || env.GITHUB_REF_NAME}`);
      const [found] = await call(`/pulls?state=open&head=${head}`);
      if (found === undefined) return undefined;
      return {
        async write(marker, body) {
          const comments = await pages((page) => call(`/issues/${found.number}/comments?per_page=100&page=${page}`));
          const before = comments.find((one) => one.body.startsWith(marker));
          if (before) await call(`/issues/comments/${before.id}`, 'PATCH', { body });
          else await call(`/issues/${found.number}/comments`, 'POST', { body });
        },
      };
    },
    async upload(bytes, ending) {
      await makeBranch();
      const path = `${createHash('sha256').update(bytes).digest('hex')}${ending}`;
      if (!(await existing(`/contents/${path}?ref=${pictureBranch}`))) {
        const content = bytes.toString('base64');
        await call(`/contents/${path}`, 'PUT', { message: 'Picture of a report', content, branch: pictureBranch });
      }
      return `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/blob/${pictureBranch}/${path}?raw=true`;
    },
  };
}

function gitLab() {
  const project = `${env.CI_API_V4_URL}/projects/${env.CI_PROJECT_ID}`;
  const headers = { 'private-token': env.GALLEY_COMMENT_TOKEN };
  const call = (path, ...rest) => send(`${project}${path}`, headers, ...rest);
  return {
    async find() {
      const [, listed] = /!(\d+)/.exec(env.CI_OPEN_MERGE_REQUESTS ?? '') ?? [];
      const number = env.CI_MERGE_REQUEST_IID ?? listed;
      if (number === undefined) return undefined;
      const notesPath = `/merge_requests/${number}/notes`;
      return {
        async write(marker, body) {
          const notes = await pages((page) => call(`${notesPath}?per_page=100&page=${page}`));
          const before = notes.find((one) => one.body.startsWith(marker));
          if (before) await call(`${notesPath}/${before.id}`, 'PUT', { body });
          else await call(notesPath, 'POST', { body });
        },
      };
    },
    async upload(bytes, ending, type) {
      const form = new FormData();
      form.append('file', new Blob([bytes], { type }), `picture${ending}`);
      const { url } = await call('/uploads', 'POST', form);
      return url;
    },
  };
}

/** All entries of a list that comes in pages of 100, at most 20 of them. */
async function pages(read) {
  const all = [];
  for (let page = 1; page <= 20; page++) {
    const entries = await read(page);
    all.push(...entries);
    if (entries.length < 100) break;
  }
  return all;
}
