import { desktop } from './bridge.ts';
import type { Client } from './client.ts';

/** As many bytes as the engine looks at for a first preview, and one more, so that it knows that others follow. */
const headBytes = (1 << 20) + 1;
const isText = (name: string) => /\.(csv|tsv|txt)$/i.test(name);

/** A file or text that may become rows. */
export interface TakenFile {
  label: string;
  bytes: number;
  /** What the engine is asked to look at first: a path of its own, or the text itself. */
  first: { path: string; fileName: string } | { text: string; fileName: string };
  /** True where `first` is only the beginning. */
  isHead: boolean;
  /** Has the engine take the whole file, and resolves with its path there; undefined for a text. */
  whole: () => Promise<string | undefined>;
}

/** A text that was pasted. */
export function takenText(text: string, label: string): TakenFile {
  return {
    label,
    bytes: new TextEncoder().encode(text).byteLength,
    first: { text, fileName: 'pasted.csv' },
    isHead: false,
    whole: async () => undefined,
  };
}

/** A file of this machine, by its path. */
export function takenPath(path: string): TakenFile {
  const label = path.split(/[\\/]/).at(-1) ?? path;
  return { label, bytes: 0, first: { path, fileName: label }, isHead: false, whole: async () => path };
}

/** Hands a file to the engine, which keeps it until the signal comes. */
async function uploaded(file: File, client: Client, signal: AbortSignal): Promise<string> {
  const path = await client.upload(file, signal);
  // An engine that is away forgets its uploads by itself.
  const discard = () => void client.discardUpload(path).catch(() => {});
  if (signal.aborted) discard();
  else signal.addEventListener('abort', discard, { once: true });
  return path;
}

/**
 * A file that was dropped or chosen. On the desktop it has a path; in a browser it is uploaded, but of a large text only
 * its beginning, and the whole when somebody asks for it: both at once would keep its first rows waiting.
 */
export async function takeFile(file: File, client: Client, signal: AbortSignal): Promise<TakenFile> {
  const own = desktop()?.pathOfFile(file);
  if (own) return { ...takenPath(own), bytes: file.size };
  const label = file.name;
  const isHead = isText(label) && file.size > 2 * headBytes;
  const head = isHead ? await uploaded(new File([file.slice(0, headBytes)], label), client, signal) : undefined;
  const upload = once(() => uploaded(file, client, signal));
  const path = head ?? (await upload());
  return { label, bytes: file.size, first: { path, fileName: label }, isHead, whole: upload };
}

/** As `takeFile`, of what `chooseFile` gave. */
export async function takenFile(chosen: string | File, client: Client, signal: AbortSignal): Promise<TakenFile> {
  return typeof chosen === 'string' ? takenPath(chosen) : takeFile(chosen, client, signal);
}

export const logExtensions = ['csv', 'tsv', 'txt', 'parquet', 'json', 'jsonl', 'ndjson', 'log', 'segment'];

/** Has the user choose a file: its path on the desktop, the file itself in a browser; undefined where none was chosen. */
export async function chooseFile(title: string, extensions: readonly string[]): Promise<string | File | undefined> {
  const bridge = desktop();
  if (bridge) return bridge.chooseFile({ title, extensions: [{ name: title, extensions: [...extensions] }] });
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = extensions.map((extension) => `.${extension}`).join();
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(input.files?.[0]));
    input.addEventListener('cancel', () => resolve(undefined));
    input.click();
  });
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
