import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkoutFolder } from '../../support/needs.ts';

/** A running `npm start`. */
export interface Launched {
  /** Where its window is. */
  url: string;
  end(): Promise<void>;
}

/** Starts Galley on the project of a folder, without opening a browser; answers once the address is printed. */
export async function launch(folder: string): Promise<Launched> {
  const launcher = join(checkoutFolder, 'scripts', 'launch.mjs');
  const options = ['--project', join(folder, 'project'), '--no-open'];
  const galley = spawn(process.execPath, [launcher, 'start', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, GALLEY_HOME: folder },
  });
  const end = async () => {
    const ended = once(galley, 'exit');
    galley.kill('SIGTERM');
    await ended;
  };
  try {
    return { url: await printedAddress(galley), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function printedAddress(galley: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: galley.stdout as NodeJS.ReadableStream })) {
    const address = /http:\/\/\S+/.exec(line)?.[0];
    if (address) return address;
  }
  throw new Error('npm start ended without an address.');
}
