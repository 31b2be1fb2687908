import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { writeFileDurably } from '../base/durable-files.ts';
import { userFolder } from './user-folder.ts';

/** The name under which a person's changes are written down, in all projects of this machine. */
export class UserName {
  readonly #path: string;

  constructor(folder = userFolder()) {
    this.#path = join(folder, 'user.json');
  }

  /** The name that was set, undefined where none was or the file cannot be read. */
  read(): string | undefined {
    if (!existsSync(this.#path)) return undefined;
    try {
      const { name } = JSON.parse(readFileSync(this.#path, 'utf8')) as { name?: unknown };
      return typeof name === 'string' && name !== '' ? name : undefined;
    } catch {
      return undefined;
    }
  }

  /** An empty name takes the one that was set away. */
  write(name: string): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileDurably(this.#path, `${JSON.stringify({ name }, null, 2)}\n`);
  }
}

/** Who makes a change: the name that was set, else the user of the machine. */
export function currentUser(folder?: string): string {
  return new UserName(folder).read() ?? machineUser();
}

/** The user of the machine. */
export function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return 'unknown';
  }
}
