import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import Type, { type Static } from 'typebox';
import { compileCheck } from '../../base/validation.ts';
import { LabelRecord, PredictionRecord } from '../../contract/serving.ts';
import { segmentMagic } from '../../serving/log-frame.ts';
import { openSegment } from '../../serving/log-reader.ts';
import type { Imported, ImportedRows } from './imported-rows.ts';
import type { ImportedVersion } from './logged-inputs.ts';

/** A label as a server without a log folder writes it beside its records. */
const LabelLine = Type.Object({ model: Type.String(), ...LabelRecord.properties });

const checkRecord = compileCheck(PredictionRecord);
const checkLabel = compileCheck(LabelLine);

/** Lines, but for labels and those of a server's own log, that are looked at to tell a log of Galley from other files. */
const firstLines = 100;

/**
 * The records of a prediction log of Galley: a segment, or the JSON lines that a server writes to standard output or sends
 * over HTTP, with the labels that stand between them. What else does is left out, as is what is torn at the end of a segment.
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
type Take = (record: unknown, of?: string) => Imported;

async function isSegment(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(segmentMagic.length), 0, segmentMagic.length, 0);
    return bytesRead === segmentMagic.length && buffer.equals(segmentMagic);
  } finally {
    await file.close();
  }
}

async function* ofSegment(path: string, take: Take): AsyncGenerator<Imported, void> {
  const reader = await openSegment<unknown>(path);
  for (const record of reader?.records() ?? []) yield take(record, reader?.header.model);
}

async function* ofLines(path: string, take: Take): AsyncGenerator<Imported, void> {
  for await (const line of linesOf(path)) if (line.trim() !== '') yield take(parsed(line));
}

async function hasRecordLines(path: string): Promise<boolean> {
  let lines = 0;
  for await (const line of linesOf(path)) {
    const found = parsed(line);
    if (checkRecord(found).length === 0) return true;
    if (!isServerLine(found) && checkLabel(found).length > 0 && ++lines === firstLines) return false;
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
): Imported {
  if (checkLabel(given).length === 0) return importedLabel(given as Static<typeof LabelLine>, wanted, versions);
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

function importedLabel(
  { model, ...labelRecord }: Static<typeof LabelLine>,
  wanted: string,
  versions: ReadonlyMap<number, ImportedVersion>,
): Imported {
  if (model !== wanted) return 'other_model';
  const { label } = labelRecord;
  const isKnown = [...versions.values()].some(({ signature: { task, classes = [] } }) =>
    task === 'regression' ? typeof label === 'number' : classes.includes(String(label)),
  );
  return isKnown ? { labelRecord } : 'unknown_class';
}
