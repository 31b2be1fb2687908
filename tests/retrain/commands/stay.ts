import { LogLines } from '../../../engine/retrain/commands/log-lines.ts';
import { runProgram } from '../../../engine/retrain/commands/program.ts';

/** Runs a program that stays and says its process id. Argument: an empty folder. */
const [folder = ''] = process.argv.slice(2);
await runProgram({
  program: process.execPath,
  given: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000);'],
  folder,
  environment: {},
  lines: new LogLines((line) => console.log(line), []),
  signal: new AbortController().signal,
});
