import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export interface ProgramServer {
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a server program and waits until `ready` no longer throws. @throws Error with what the program said */
export async function startProgram(
  program: string,
  words: string[],
  options: { environment?: NodeJS.ProcessEnv; user?: number; group?: number; stopSignal?: NodeJS.Signals },
  ready: () => Promise<unknown>,
): Promise<ProgramServer> {
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
    uid: options.user,
    gid: options.group,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4000)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      await ready();
      break;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline)
        throw new Error(`${program} did not start: ${said}`, { cause: error });
      await sleep(100);
    }
  }
  const stop = async () => {
    child.kill(options.stopSignal ?? 'SIGTERM');
    await exited;
  };
  return { process: child, stop };
}
