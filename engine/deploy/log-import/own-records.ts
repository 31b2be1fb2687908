import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { compileCheck } from '../../base/validation.ts';
import type { LeftOutReason } from '../../contract/deploy-log.ts';
import { PredictionRecord } from '../../contract/serving.ts';
import { segmentMagic } from '../../serving/log-frame.ts';
import { openSegment } from '../../serving/log-reader.ts';
import type { ImportedRow, ImportedRows } from './imported-rows.ts';
import type { ImportedVersion } from './logged-inputs.ts';

const checkRecord = compileCheck(PredictionRecord);

/** Lines, but for those of a server's own log, that are looked at to tell a log of Galley from other files. */
const firstLines = 100;

/**
 * The records of a prediction log of Galley: a segment, or the JSON lines that a server writes to standard output or sends
 * over HTTP. What else stands between the lines is left out, as is what is torn at the end of a segment.
 * @returns null where the file is something else
 */
export async function ownRecords(
  path: string,
  model: string,
  versions: ReadonlyMap<number, ImportedVersion>,
): Promise<ImportedRows | null> {
  const take: Take = (record, of) => imported(record, of ?? model, model, versions);
  if (await isSegment(path)) return { count: null, read: () => ofSegment(path, take) };
  return (await hasRecordLines(path)) ? { count: null, read: () => ofLines(path, take) } : null;
}

/** @param of the model that the file names, where it does */
type Take = (record: unknown, of?: string) => ImportedRow | LeftOutReason;

async function isSegment(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(segmentMagic.length), 0, segmentMagic.length, 0);
    return bytesRead === segmentMagic.length && buffer.equals(segmentMagic);
  } finally {
    await file.close();
  }
}

async function* ofSegment(path: string, take: Take): AsyncGenerator<ImportedRow | LeftOutReason, void> {
  const reader = await openSegment<unknown>(path);
  for (const record of reader?.records() ?? []) yield take(record, reader?.header.model);
}

async function* ofLines(path: string, take: Take): AsyncGenerator<ImportedRow | LeftOutReason, void> {
  for await (const line of linesOf(path)) if (line.trim() !== '') yield take(parsed(line));
}

async function hasRecordLines(path: string): Promise<boolean> {
  let lines = 0;
  for await (const line of linesOf(path)) {
    const found = parsed(line);
    if (checkRecord(found).length === 0) return true;
    if (!isServerLine(found) && ++lines === firstLines) return false;
  }
  return false;
}

/** Of what a server says of itself, as a container keeps it beside the records. */
function isServerLine(line: unknown): boolean {
  const { level, message } = (line ?? {}) as Record<string, unknown>;
  return typeof level === 'string' && typeof message === 'string';
}

async function* linesOf(path: string): AsyncGenerator<string, void> {
  const stream = createReadStream(path);
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } finally {
    stream.destroy();
  }
}

/** Undefined where the line is no JSON. */
function parsed(line: string): unknown {
  try {
    return line.startsWith('{') ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}

function imported(
  given: unknown,
  of: string,
  wanted: string,
  versions: ReadonlyMap<number, ImportedVersion>,
): ImportedRow | LeftOutReason {
  if (checkRecord(given).length > 0) return 'no_record';
  const { model = of, ...record } = given as PredictionRecord;
  if (model !== wanted) return 'other_model';
  const version = versions.get(record.version);
  if (!version) return 'unknown_version';
  const { signature, inputs } = version;
  if (inputs.names.some((name) => !Object.hasOwn(record.inputs, name))) return 'other_inputs';
  if ('prediction' in record.outputs !== (signature.task === 'regression')) return 'other_inputs';
  if ('label' in record.outputs && !signature.classes?.includes(record.outputs.label)) return 'unknown_class';
  return { record: { ...record, ...inputs.ofRecord(record) } };
}
