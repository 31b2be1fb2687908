import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { GalleyError } from '../../../base/errors.ts';
import { passwordProtected } from '../old-office-file.ts';

const mostEntries = 20_000;
/** XML of tables shrinks 5 to 50 times; what grows further than this, and beyond so many bytes, is no workbook. */
const mostExpansion = 250;
const harmlessBytes = 256 << 20;

/** A zip archive whose entries are read as streams, never written anywhere under their own names. */
export class Archive {
  readonly name: string;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(name: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.name = name;
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * Reads the directory of an archive.
   * @param name of the file, for messages
   * @throws GalleyError `data.corrupt_file`, also for names that lead out of a folder and for names that come twice
   */
  static async open(path: string, name: string): Promise<Archive> {
    let zip: ZipFile | undefined;
    try {
      zip = await openPromise(path, { autoClose: false, strictFileNames: true, validateEntrySizes: true });
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) {
        if (entries.has(entry.fileName)) throw new Error(`${entry.fileName} is in it twice`);
        if (entries.size === mostEntries) throw new Error(`it holds more than ${mostEntries} files`);
        entries.set(entry.fileName, entry);
      }
      return new Archive(name, zip, entries);
    } catch (cause) {
      zip?.close();
      throw corrupt(name, cause);
    }
  }

  get entryNames(): string[] {
    return [...this.#entries.keys()];
  }

  has(entryName: string): boolean {
    return this.#entries.has(entryName);
  }

  /** Unpacked size that the archive's directory states; reading checks it. */
  sizeOf(entryName: string): number {
    return this.#entries.get(entryName)?.uncompressedSize ?? 0;
  }

  /** @throws GalleyError `data.corrupt_file`, `data.password_protected`, `data.expands_too_much` */
  async stream(entryName: string): Promise<Readable> {
    const entry = this.#entries.get(entryName);
    if (!entry) throw corrupt(this.name, new Error(`it lacks ${entryName}`));
    if (entry.isEncrypted()) throw passwordProtected(this.name);
    if (entry.uncompressedSize > Math.max(harmlessBytes, entry.compressedSize * mostExpansion)) {
      throw new GalleyError(
        'data.expands_too_much',
        `${this.name}: ${entryName} unpacks to ${entry.uncompressedSize} bytes, which no real workbook does.`,
        { details: { file: this.name, entry: entryName, bytes: entry.uncompressedSize } },
      );
    }
    try {
      return await this.#zip.openReadStreamPromise(entry);
    } catch (cause) {
      throw corrupt(this.name, cause);
    }
  }

  close(): void {
    this.#zip.close();
  }
}

/** The error for an archive that is not whole. */
export function corrupt(name: string, cause: unknown): GalleyError {
  if (cause instanceof GalleyError) return cause;
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new GalleyError('data.corrupt_file', `${name} is cut off or damaged: ${reason}`, {
    cause,
    details: { file: name },
  });
}
