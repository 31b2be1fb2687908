import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileDurably } from '../../../base/durable-files.ts';
import type { ProjectInfo } from '../../../contract/project.ts';
import type { LinkedCode } from '../../../contract/train-tracking.ts';
import { userFolder } from '../../../store/user-folder.ts';

/**
 * Which folder of code a project is linked with. It stands in the user's own folder, by the project's id and place: a
 * project that came from elsewhere can so never make this machine run git anywhere.
 */
export class LinkedCodeFile {
  readonly #path: string;

  constructor({ id, path }: Pick<ProjectInfo, 'id' | 'path'>, folder = join(userFolder(), 'linked-code')) {
    const place = existsSync(path) ? realpathSync(path) : path;
    const name = createHash('sha256').update(`${id}\n${place}`).digest('hex');
    this.#path = join(folder, `${name.slice(0, 32)}.json`);
  }

  /** Undefined where nothing is linked, or the file cannot be read. */
  read(): LinkedCode | undefined {
    if (!existsSync(this.#path)) return undefined;
    try {
      const linked = JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<LinkedCode> | null;
      const { path, root, linkedAt } = linked ?? {};
      const isWhole = [path, root, linkedAt].every((part) => typeof part === 'string');
      return isWhole ? (linked as LinkedCode) : undefined;
    } catch {
      return undefined;
    }
  }

  write(linked: LinkedCode): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileDurably(this.#path, `${JSON.stringify(linked, null, 2)}\n`, 0o600);
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}
