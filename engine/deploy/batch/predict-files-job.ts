import { GalleyError, reportError } from '../../base/errors.ts';
import { hashFile } from '../../base/hash-file.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { type ScoringModel, type ScoringOrder, TableScorer } from './table-scorer.ts';

/** A CSV or Parquet file and where its answers go. */
export interface FileOrder {
  path: string;
  target: string;
  /** sha256 of the content whose answers stand in the target already; null where there are none. */
  answered: string | null;
}

export interface PredictFilesInput extends ScoringModel {
  files: FileOrder[];
}

/** What became of a file, as it is reported. */
export interface FileOutcome {
  path: string;
  /** sha256 of its content; null where it could not be read. */
  hash: string | null;
  /** Null where it failed, or its answers stood there already. */
  rows: number | null;
  error: ErrorReport | null;
}

/** Scores files with a model version, one after the other; one that fails does not hold up the others. */
export async function runPredictFilesJob(input: PredictFilesInput, context: JobContext): Promise<{ files: number }> {
  const { files } = input;
  // Among others a file is one step; the rows of one alone are told.
  const rowProgress = files.length === 1 ? context.progress : () => {};
  const scorer = await TableScorer.open(input, files.map(scoringOrder), context);
  try {
    for (const [index, file] of files.entries()) {
      context.throwIfCanceled();
      context.progress({ phase: 'scoring', done: index, total: files.length });
      context.report((await outcomeOf(file, scorer, context, rowProgress)) satisfies FileOutcome);
    }
    return { files: files.length };
  } finally {
    await scorer.close();
  }
}

function scoringOrder({ path, target }: FileOrder): ScoringOrder {
  return { source: { kind: 'file', path, name: path }, target };
}

async function outcomeOf(
  file: FileOrder,
  scorer: TableScorer,
  { throwIfCanceled }: JobContext,
  progress: JobContext['progress'],
): Promise<FileOutcome> {
  const { path, answered } = file;
  let hash: string | null = null;
  try {
    hash = await contentHash(path);
    if (hash === answered) return { path, hash, rows: null, error: null };
    const { rows } = await scorer.score(scoringOrder(file), progress);
    return { path, hash, rows, error: null };
  } catch (error) {
    throwIfCanceled();
    return { path, hash, rows: null, error: reportError(error) };
  }
}

/** @throws GalleyError `deploy.unreadable_file` */
async function contentHash(path: string): Promise<string> {
  try {
    return await hashFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new GalleyError('deploy.unreadable_file', `${path} cannot be read: ${message}`, {
      details: { path, systemCode: code },
      cause,
    });
  }
}
