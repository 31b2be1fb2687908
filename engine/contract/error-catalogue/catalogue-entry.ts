import type { ErrorKind } from '../errors.ts';

export interface CatalogueEntry {
  kind: ErrorKind;
  /** What happened, for the reference page. */
  meaning: string;
  /** What its user does next. */
  hint: string;
}
