import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionSettings } from '../../contract/data-connections.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { cancelSignal } from './cancel-signal.ts';
import { choiceFileName, type StoredChoice } from './choices.ts';
import { type Fetched, type FetchInput, fetchSource, secretNames } from './fetch.ts';
import { requestAddress } from './fetch-address.ts';
import { matchingObjects, openObjects, wholeKey } from './objects.ts';

/** As much of a text file as a preview looks at, and a little more, so that it is seen to go on. */
const headBytes = (1 << 20) + 4096;

type PreviewJob = Pick<JobContext, 'stagingFolder' | 'secrets' | 'progress' | 'throwIfCanceled'>;

/** Text files show themselves in their first megabyte; other formats are understood only as a whole. */
function isText(name: string): boolean {
  return /\.(csv|tsv|txt|tab)$/i.test(name);
}

/** Brings what a preview needs of an object or address: its head where that is enough. @throws GalleyError `data.*` */
export async function previewObject(input: FetchInput, job: PreviewJob): Promise<Fetched | undefined> {
  const cancel = cancelSignal(job);
  try {
    return input.choice.kind === 'objects'
      ? await previewKey(input, input.choice, job, cancel.signal)
      : await previewAddress(input, input.choice as StoredChoice & { kind: 'address' }, job, cancel.signal);
  } finally {
    cancel.end();
  }
}

function headFile(job: PreviewJob, name: string, head: Uint8Array): Fetched {
  const folder = join(job.stagingFolder, 'source');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'head');
  writeFileSync(path, head);
  return { files: [{ path, name, isHead: head.length >= headBytes }], state: null, warnings: [] };
}

async function previewKey(
  input: FetchInput,
  { pattern }: StoredChoice & { kind: 'objects' },
  job: PreviewJob,
  signal: AbortSignal,
): Promise<Fetched | undefined> {
  const settings = input.settings as ConnectionSettings;
  const store = openObjects(settings, job.secrets[secretNames.password]);
  const [first, ...others] = await matchingObjects(store, wholeKey(settings, pattern), signal);
  if (!first) return undefined;
  const name = first.key.split('/').at(-1) as string;
  const alone: FetchInput = {
    ...input,
    settings: { ...settings, prefix: '' },
    choice: { kind: 'objects', pattern: first.key },
  };
  const fetched = isText(name)
    ? headFile(job, name, await store.read(first.key, 0, Math.min(first.bytes, headBytes)))
    : await fetchSource(alone, job);
  if (!fetched || others.length === 0) return fetched;
  const message = `Only ${name} is shown, the first of ${others.length + 1} objects; all of them are added.`;
  return {
    ...fetched,
    files: fetched.files.map((file) => ({ ...file, isHead: true })),
    warnings: [...fetched.warnings, { code: 'data.first_of_several', message }],
  };
}

async function previewAddress(
  input: FetchInput,
  choice: StoredChoice & { kind: 'address' },
  job: PreviewJob,
  signal: AbortSignal,
): Promise<Fetched | undefined> {
  const name = choiceFileName(choice);
  if (!isText(name)) return fetchSource(input, job);
  const parameters = job.secrets[secretNames.parameters];
  const response = await requestAddress(
    {
      url: choice.url,
      user: choice.user ?? input.settings?.user,
      password: job.secrets[secretNames.password],
      parameters: parameters === undefined ? {} : (JSON.parse(parameters) as Record<string, string>),
      signal,
    },
    { range: `bytes=0-${headBytes - 1}` },
  );
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= headBytes) break;
  }
  return headFile(job, name, Buffer.concat(chunks).subarray(0, headBytes));
}
