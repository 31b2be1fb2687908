import type { LeftOutReason, LogImport } from '../../contract/deploy-log.ts';
import type { LabelRecord } from '../../contract/serving.ts';
import type { StoredRecord } from '../log-lines.ts';

/** A row of a log that was made elsewhere. */
export interface ImportedRow {
  record: StoredRecord;
  /** What came true. */
  label?: string;
}

/** What came true for a row, in a line of its own. */
export interface ImportedLabel {
  labelRecord: LabelRecord;
}

/** What is found in a log made elsewhere; a reason stands in the place of what cannot be taken. */
export type Imported = ImportedRow | ImportedLabel | LeftOutReason;

/** Rows of a log made elsewhere, in their order. */
export interface ImportedRows {
  /** Null where nobody knows it before they are read. */
  count: number | null;
  read(): AsyncGenerator<Imported, void>;
}

/** Counts what was not taken, or not as it was, and where that was first. */
export class ImportTally {
  readonly #leftOut = new Map<LeftOutReason, { rows: number; first: number }>();
  readonly #unusable = new Map<string, { values: number; first: number }>();
  /** The row that is being read, from 1. */
  row = 0;

  leaveOut(reason: LeftOutReason): void {
    const { rows, first } = this.#leftOut.get(reason) ?? { rows: 0, first: this.row };
    this.#leftOut.set(reason, { rows: rows + 1, first });
  }

  /** Tells of a value that counts as missing. */
  unusable(field: string): void {
    const { values, first } = this.#unusable.get(field) ?? { values: 0, first: this.row };
    this.#unusable.set(field, { values: values + 1, first });
  }

  get counts(): Pick<LogImport, 'leftOut' | 'unusable'> {
    return {
      leftOut: [...this.#leftOut].map(([reason, count]) => ({ reason, ...count })),
      unusable: [...this.#unusable].map(([field, count]) => ({ field, ...count })),
    };
  }
}
