/** From where on a version is stored anew. */
export interface StorageLimits {
  /** Base and parts together. */
  parts: number;
  /** Rows that a delta removes or inserts, as a share of the rows that it is laid over. */
  changedRows: number;
  /** Bytes of a delta, as a share of those that it is laid over. */
  changedBytes: number;
}

export const defaultLimits: StorageLimits = { parts: 32, changedRows: 0.1, changedBytes: 0.1 };
