import type { ServingStatus } from '../contract/serving.ts';

export type RecordLogStatus = Omit<ServingStatus['log'], 'enabled'>;

/** Takes records of answered rows without ever holding up an answer; what it cannot keep or send is lost, and counted. */
export interface RecordLog {
  /** @param payload a record as JSON */
  append(payload: string): void;
  /** @returns paths of segments that were closed, for the parent to take over */
  rotate(): Promise<string[]>;
  /** Writes what it can of what waits, and ends. */
  close(): Promise<void>;
  status(): RecordLogStatus;
}

/** Keeps labels, which are answered once they are kept. */
export interface LabelLog extends RecordLog {
  /** Writes what was appended. @returns false where that was refused; it is tried again later */
  flush(): Promise<boolean>;
}
