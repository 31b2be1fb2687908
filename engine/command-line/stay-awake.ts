import { spawn } from 'node:child_process';

/** A program that keeps the computer awake until it ends, and ends with this process. */
interface Keeper {
  program: string;
  args: string[];
}

/** What the system has for it; none on Windows, where only the desktop app can. */
export function keeperOf(platform: NodeJS.Platform, pid: number): Keeper | undefined {
  switch (platform) {
    case 'darwin':
      return { program: 'caffeinate', args: ['-i', '-w', String(pid)] };
    case 'linux': {
      const options = ['--what=idle:sleep', '--who=Galley', '--why=A model is being trained', '--mode=block'];
      // `cat` ends when its input does: when this process lets go of it, or is gone.
      return { program: 'systemd-inhibit', args: [...options, 'cat'] };
    }
    default:
      return undefined;
  }
}

/**
 * Keeps the computer from falling asleep until the answered function is called. Never a condition: where there is no such
 * program, or it may not, nothing happens.
 */
export function stayAwake(keeper = keeperOf(process.platform, process.pid)): () => void {
  if (keeper === undefined) return () => {};
  const child = spawn(keeper.program, keeper.args, { stdio: ['pipe', 'ignore', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  return () => {
    child.stdin.end();
    child.kill();
  };
}

/** Work during which the computer should stay awake. */
export function isLongWork(kind: string): boolean {
  return kind.startsWith('train.');
}
