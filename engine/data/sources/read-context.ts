import type { DuckDBConnection } from '@duckdb/node-api';

/** What reading a file needs: a place for its own files, a DuckDB that may reach them, and a way to be stopped. */
export interface ReadContext {
  stagingFolder: string;
  connection: DuckDBConnection;
  /** For a preview: so many rows are enough, and what costs a whole reading may be left out. */
  headRows?: number;
  progress(phase: string, done: number, total: number): void;
  throwIfCanceled(): void;
}

/** True where a file or DuckDB found no room on the disk. */
export function isDiskFull(error: unknown): boolean {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC') return true;
  return error instanceof Error && /no space left on device|not enough space on the disk/i.test(error.message);
}

const pollMilliseconds = 200;

/** Runs one long statement, tells how far it is, and interrupts it where the work was canceled. */
export async function runWatched(context: ReadContext, sql: string, phase: string): Promise<void> {
  const { connection } = context;
  let canceled: unknown;
  const timer = setInterval(() => {
    try {
      context.throwIfCanceled();
      context.progress(phase, Math.max(0, connection.progress.percentage), 100);
    } catch (error) {
      canceled = error;
      connection.interrupt();
    }
  }, pollMilliseconds);
  try {
    await connection.run(sql);
  } catch (error) {
    throw canceled ?? error;
  } finally {
    clearInterval(timer);
  }
}
