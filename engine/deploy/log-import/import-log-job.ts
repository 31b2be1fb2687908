import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { GalleyError } from '../../base/errors.ts';
import { type ImportedColumns, type LogImport, leftOutReasons } from '../../contract/deploy-log.ts';
import type { LabelRecord, LogHeader, LogMask, ServedVersion } from '../../contract/serving.ts';
import type { ReadContext } from '../../data/for-jobs.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { servedSignature } from '../../serving/model-files.ts';
import { openDuck } from '../../store/duck.ts';
import { type StoredRecord, VersionLinesWriter } from '../log-lines.ts';
import type { LogPart, LogPartFile } from '../prediction-logs.ts';
import { type ImportedLabel, type ImportedRow, type ImportedRows, ImportTally } from './imported-rows.ts';
import { LabelFile } from './label-file.ts';
import { type ImportedVersion, LoggedInputs } from './logged-inputs.ts';
import { writeNewParts } from './new-parts.ts';
import { ownRecords } from './own-records.ts';
import { tableRows } from './table-rows.ts';

export interface ImportLogInput {
  path: string;
  /** Of the model, with the files of each, and the inputs that the log does not get as they are. */
  versions: { served: ServedVersion; masked: string[] }[];
  /** That answered the rows of a table. */
  version: number;
  columns: ImportedColumns;
  /** Whether masked texts have pseudonyms, of which the key is the secret `key`. */
  pseudonyms: boolean;
  /** What the log has. */
  parts: Pick<LogPart, 'version' | 'isShadow' | 'path'>[];
  /** Rows that were received before it are not kept; null keeps all. UTC epoch milliseconds. */
  oldest: number | null;
  /** Of the segments of labels; `created_at` is when the import began. */
  header: LogHeader;
}

export interface ImportLogOutput extends Omit<LogImport, 'deployment'> {
  parts: LogPartFile[];
  /** Paths of segments. */
  labelSegments: string[];
}

/** What DuckDB may take: rows are sorted on the disk beyond it. */
const frugal = { memoryLimit: '500MB', threads: 1 };
const rowsPerTurn = 1000;
/** Milliseconds that the clock of another machine may be ahead. */
const clockDifference = 86_400_000;

/** Makes parts of a prediction log out of what was answered elsewhere. @throws GalleyError `deploy.nothing_to_import`, `deploy.unreadable_file`, `deploy.log_column`, `data.*` */
export async function runImportLogJob(input: ImportLogInput, context: JobContext): Promise<ImportLogOutput> {
  const { path, parts: known } = input;
  const { stagingFolder } = context;
  const duck = await openDuck({
    allowed: [path, stagingFolder, ...known.map((part) => part.path)],
    temporaryFolder: stagingFolder,
    ...frugal,
  });
  const connection = await duck.connect();
  const reading: ReadContext = {
    stagingFolder,
    connection,
    progress: (phase, done, total) => context.progress({ phase, done, total }),
    throwIfCanceled: context.throwIfCanceled,
  };
  try {
    const tally = new ImportTally();
    const versions = await importedVersions(input, context, tally);
    const key = keyOf(context);
    const rows = (await ownRecordsOf(input, versions)) ?? (await ofTable(input, reading, versions, key));
    const written = await writeLines(rows, tally, input, reading);
    const taken = written.lines.reduce((sum, lines) => sum + lines.rows, 0);
    if (taken + written.expired === 0) throw nothingToImport(path, tally.counts.leftOut);
    const parts: LogPartFile[] = [];
    let knownRows = 0;
    for (const lines of written.lines) {
      const { signature } = versions.get(lines.version) as ImportedVersion;
      const alike = known.filter(({ version, isShadow }) => version === lines.version && isShadow === lines.isShadow);
      const made = await writeNewParts(
        reading,
        lines,
        signature,
        alike.map((part) => part.path),
      );
      parts.push(...made.parts);
      knownRows += made.known;
    }
    const added = parts.reduce((sum, part) => sum + part.rows, 0);
    const { expired, labels } = written;
    return {
      rows: added,
      known: knownRows,
      repeated: taken - added - knownRows,
      expired,
      labels: labels.count,
      ...tally.counts,
      parts,
      labelSegments: labels.segments,
    };
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function importedVersions(
  { versions, pseudonyms }: ImportLogInput,
  { secrets }: JobContext,
  tally: ImportTally,
): Promise<Map<number, ImportedVersion>> {
  const imported = new Map<number, ImportedVersion>();
  for (const { served, masked } of versions) {
    const signature = await servedSignature(served);
    const mask: LogMask = { inputs: masked, ...(pseudonyms && { key: secrets.key }) };
    imported.set(served.version, {
      signature,
      inputs: new LoggedInputs(signature, mask, (field) => tally.unusable(field)),
    });
  }
  return imported;
}

function keyOf({ secrets }: JobContext): Buffer {
  return Buffer.from(secrets.key as string, 'hex');
}

/** @throws GalleyError `deploy.unreadable_file` */
async function ownRecordsOf(
  { path, header }: ImportLogInput,
  versions: ReadonlyMap<number, ImportedVersion>,
): Promise<ImportedRows | null> {
  try {
    return await ownRecords(path, header.model, versions);
  } catch (cause) {
    if (cause instanceof GalleyError) throw cause;
    const message = `${path} cannot be read: ${(cause as Error).message}`;
    throw new GalleyError('deploy.unreadable_file', message, { details: { path }, cause });
  }
}

function ofTable(
  { path, version, columns }: ImportLogInput,
  reading: ReadContext,
  versions: ReadonlyMap<number, ImportedVersion>,
  key: Uint8Array,
): Promise<ImportedRows> {
  return tableRows(path, reading, { number: version, ...(versions.get(version) as ImportedVersion) }, columns, key);
}

/** Brings the rows that are kept into lines of JSON, and their labels into segments. */
async function writeLines(rows: ImportedRows, tally: ImportTally, input: ImportLogInput, context: ReadContext) {
  const { oldest, header } = input;
  const writer = new VersionLinesWriter((name) => join(context.stagingFolder, `${name}.ndjson`));
  const labelFolder = join(context.stagingFolder, 'labels');
  mkdirSync(labelFolder);
  const labels = new LabelFile(labelFolder, header);
  let expired = 0;
  for await (const row of numbered(rows, tally, context)) {
    if (typeof row === 'string') tally.leaveOut(row);
    else if (receivedAt(row) > header.created_at + clockDifference) tally.leaveOut('future');
    else if ('labelRecord' in row) await labels.append(row.labelRecord);
    else if (oldest !== null && row.record.received_at < oldest) expired++;
    else {
      await writer.write(row.record);
      const { label, record } = row;
      if (label !== undefined) await labels.append(labelOf(record, label, header.created_at));
    }
  }
  await labels.end();
  return { lines: await writer.end(), labels, expired };
}

function receivedAt(row: ImportedRow | ImportedLabel): number {
  return ('record' in row ? row.record : row.labelRecord).received_at;
}

/** Known since its row: a file that is brought again does not stand above what was corrected since. */
function labelOf({ row_id, event_time }: StoredRecord, label: string, now: number): LabelRecord {
  return { row_id, label, received_at: now, known_at: Math.min(event_time, now) };
}

/** Counts the rows in the tally before they are made, tells how far it is, and lets the job be canceled. */
async function* numbered({ count, read }: ImportedRows, tally: ImportTally, context: ReadContext) {
  const rows = read();
  for (;;) {
    tally.row++;
    const { done, value } = await rows.next();
    if (done) return;
    if (tally.row % rowsPerTurn === 0) {
      context.throwIfCanceled();
      context.progress('reading', tally.row, count ?? 0);
      await nextTurn();
    }
    yield value;
  }
}

function nothingToImport(path: string, leftOut: LogImport['leftOut']): GalleyError {
  const reasons = leftOut.map(
    ({ reason, rows, first }) => `${rows} ${leftOutReasons[reason]} (the first is row ${first})`,
  );
  const message = `${path} has no row to import: ${reasons.length > 0 ? reasons.join('; ') : 'it is empty'}.`;
  return new GalleyError('deploy.nothing_to_import', message, { details: { path, leftOut } });
}
