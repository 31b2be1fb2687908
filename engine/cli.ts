import { reportError } from './base/errors.ts';
import { askSecret } from './command-line/ask-secret.ts';
import { runCommandLine, type Terminal } from './command-line/run.ts';
import { standardStreams } from './command-line/standard-streams.ts';
import { errorKinds } from './contract/errors.ts';

process.env.ORT_DISABLE_TELEMETRY = '1';

const abort = new AbortController();
process.on('SIGINT', () => abort.abort());
process.on('SIGTERM', () => abort.abort());

const terminal: Terminal = {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  isInteractive: process.stderr.isTTY ?? false,
  currentFolder: process.cwd(),
  environment: process.env,
  streams: () => standardStreams(abort.signal),
  signal: abort.signal,
  ...(process.stdin.isTTY && process.stderr.isTTY ? { askSecret } : {}),
};

async function main([first, ...rest]: string[]): Promise<number> {
  if (first !== 'start') return runCommandLine(first === undefined ? [] : [first, ...rest], terminal);
  const { startApp } = await import('./command-line/start.ts');
  try {
    return await startApp(rest, terminal);
  } catch (error) {
    const report = reportError(error);
    terminal.error(`${report.message}\n${report.hint}`);
    return errorKinds[report.kind].exitCode;
  }
}

// A reader that has seen enough (`galley … | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
