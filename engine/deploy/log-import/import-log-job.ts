import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { GalleyError } from '../../base/errors.ts';
import { type ImportedColumns, type LogImport, leftOutReasons } from '../../contract/deploy-log.ts';
import type { LogHeader, LogMask } from '../../contract/serving.ts';
import type { ReadContext } from '../../data/for-jobs.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { readSignature } from '../../serving/model-files.ts';
import { openDuck } from '../../store/duck.ts';
import { VersionLinesWriter } from '../log-lines.ts';
import type { LogPart, LogPartFile } from '../prediction-logs.ts';
import { type ImportedRows, ImportTally } from './imported-rows.ts';
import { LabelFile } from './label-file.ts';
import { LoggedInputs } from './logged-inputs.ts';
import { writeNewParts } from './new-parts.ts';
import { type ImportedVersion, ownRecords } from './own-records.ts';
import { tableRows } from './table-rows.ts';

export interface ImportLogInput {
  path: string;
  /** Where the signature of each version of the model is. */
  signatures: { version: number; path: string }[];
  /** That answered the rows of a table. */
  version: number;
  columns: ImportedColumns;
  /** Inputs that the log does not get as they are; the key of their pseudonyms is the secret `mask`. */
  masked: string[];
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
    const rows = (await ownRecords(path, versions)) ?? (await ofTable(input, reading, versions));
    const written = await writeLines(rows, tally, input, reading);
    const { leftOut } = tally.counts;
    const taken = written.lines.reduce((sum, lines) => sum + lines.rows, 0);
    if (taken + written.expired === 0) throw nothingToImport(path, leftOut);
    const parts: LogPartFile[] = [];
    for (const lines of written.lines) {
      const { signature } = versions.get(lines.version) as ImportedVersion;
      const alike = known.filter(({ version, isShadow }) => version === lines.version && isShadow === lines.isShadow);
      const paths = alike.map((part) => part.path);
      parts.push(...(await writeNewParts(reading, lines, signature, paths)));
    }
    const added = parts.reduce((sum, part) => sum + part.rows, 0);
    const { expired, labels } = written;
    return {
      rows: added,
      known: taken - added,
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
  { signatures, masked }: ImportLogInput,
  { secrets }: JobContext,
  tally: ImportTally,
): Promise<Map<number, ImportedVersion>> {
  const mask: LogMask = { inputs: masked, ...(secrets.mask !== undefined && { key: secrets.mask }) };
  const versions = new Map<number, ImportedVersion>();
  for (const { version, path } of signatures) {
    const signature = await readSignature(path);
    versions.set(version, { signature, inputs: new LoggedInputs(signature, mask, (field) => tally.unusable(field)) });
  }
  return versions;
}

function ofTable(
  { path, version, columns }: ImportLogInput,
  reading: ReadContext,
  versions: ReadonlyMap<number, ImportedVersion>,
): Promise<ImportedRows> {
  return tableRows(path, reading, { number: version, ...(versions.get(version) as ImportedVersion) }, columns);
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
    else if (oldest !== null && row.record.received_at < oldest) expired++;
    else {
      await writer.write(row.record);
      const { label, record } = row;
      if (label !== undefined) await labels.append({ row_id: record.row_id, label, received_at: header.created_at });
    }
  }
  await labels.end();
  return { lines: await writer.end(), labels, expired };
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
