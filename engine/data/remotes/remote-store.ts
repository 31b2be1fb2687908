/** What is told while bytes are moved; it throws where the work was canceled. */
export type OnBytes = (bytes: number) => void;

/**
 * Objects by key in a place outside the project. An object appears whole or not at all, and Galley never changes one
 * that stands.
 */
export interface RemoteStore {
  /** Bytes of an object, or undefined where there is none. */
  size(key: string): Promise<number | undefined>;
  /** Keys that begin with a prefix (which ends in `/`), in no order. */
  list(prefix: string): Promise<string[]>;
  /** A small object as text; undefined where there is none. @throws GalleyError `data.remote_damaged` beyond the limit */
  readText(key: string): Promise<string | undefined>;
  writeText(key: string, text: string): Promise<void>;
  /** Copies a file there. */
  upload(key: string, path: string, onBytes: OnBytes): Promise<void>;
  /** Copies an object here; goes on where the file at `path` ends. */
  download(key: string, path: string, onBytes: OnBytes): Promise<void>;
  close(): Promise<void>;
}

/** Bytes that a text of a remote may have at most. */
export const mostTextBytes = 64 << 20;
