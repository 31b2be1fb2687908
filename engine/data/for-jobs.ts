/*
 * What the job processes of later phases take of this one. Its calls, and all that they stand on, stay out of them: a job
 * would load three hundred modules that it does not run.
 */
export { suspectLeaks } from './relations/suspect-leaks.ts';
export { isDiskFull, type ReadContext, runWatched } from './sources/read-context.ts';
export {
  openTableFile,
  type StoredRows,
  storedTable,
  type TableFile,
  type WantedColumn,
  withTableFile,
} from './sources/table-file.ts';
