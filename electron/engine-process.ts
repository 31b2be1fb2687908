import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { app, utilityProcess } from 'electron';
import { distFile } from './paths.ts';

/** An engine that was started, however it runs. */
export interface EngineProcess {
  /** Standard output, line by line. */
  onOutput(listener: (line: string) => void): void;
  /** Standard error, line by line. */
  onMessage(listener: (line: string) => void): void;
  /** The process is gone; `code` is null when a signal ended it. */
  onExit(listener: (code: number | null) => void): void;
  /** Asks it to end cleanly. */
  shutdown(): void;
  kill(): void;
}

/**
 * Starts `dist/engine/main.js` as a utility process, or as a plain child of the Node that `GALLEY_ENGINE_NODE` names
 * (for an Electron whose own Node is too old for the engine).
 */
export function startEngineProcess(args: string[]): EngineProcess {
  const entry = distFile('engine', 'main.js');
  const environment = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  const node = process.env.GALLEY_ENGINE_NODE;
  return node ? startChild(node, [entry, ...args], environment) : startUtility(entry, args, environment);
}

function startUtility(entry: string, args: string[], env: NodeJS.ProcessEnv): EngineProcess {
  const utility = utilityProcess.fork(entry, args, { env, stdio: 'pipe', serviceName: `${app.name} engine` });
  return {
    onOutput: (listener) => readLines(utility.stdout, listener),
    onMessage: (listener) => readLines(utility.stderr, listener),
    onExit: (listener) => utility.once('exit', listener),
    shutdown: () => utility.postMessage('shutdown'),
    kill: () => utility.kill(),
  };
}

function startChild(node: string, args: string[], env: NodeJS.ProcessEnv): EngineProcess {
  const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], windowsHide: true });
  return {
    onOutput: (listener) => readLines(child.stdout, listener),
    onMessage: (listener) => readLines(child.stderr, listener),
    onExit: (listener) => {
      child.once('exit', listener);
      child.once('error', () => listener(null));
    },
    shutdown: () => child.connected && child.send('shutdown'),
    kill: () => child.kill('SIGKILL'),
  };
}

function readLines(stream: NodeJS.ReadableStream | null, listener: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', listener);
}
