import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { monitorCalls } from '../contract/monitor.ts';
import { type Command, usageError } from './command.ts';

export const monitorExportCommand: Command = {
  words: 'monitor export',
  usage: 'D --to DIR',
  summary:
    'Writes rules for Prometheus, a dashboard for Grafana and a runbook to a folder that is not there yet, or is empty.',
  example: 'galley monitor export price --to ./monitoring',
  flags: { to: { type: 'string' } },
  positionals: { minimum: 1, maximum: 1 },
  call: 'monitor.export',
  input: ([deployment], flags) => {
    if (typeof flags.to !== 'string') throw usageError('monitor export needs --to FOLDER.');
    return { deployment, to: resolve(flags.to) };
  },
  print: ({ files }: OutputOf<typeof monitorCalls.export>) => files.map(({ path }) => path),
};
