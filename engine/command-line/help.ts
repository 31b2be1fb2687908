import type { Command } from './command.ts';
import { table } from './table.ts';

type Described = Pick<Command, 'words' | 'usage' | 'summary' | 'example'>;

/** `start` is no call, so it is no `Command`; its help is like theirs. */
export const startDescription: Described = {
  words: 'start',
  usage: '[--port N] [--no-open]',
  summary: 'Opens the app.',
  example: 'galley start',
};

const common = '[--project DIR] [--json] [--help]';

export function commandHelp(command: Described): string {
  return [
    `galley ${command.words} ${command.usage} ${common}`,
    '',
    command.summary,
    '',
    'Example:',
    `  ${command.example}`,
  ].join('\n');
}

export function generalHelp(commands: readonly Described[]): string {
  const rows = commands.map((command) => [`  ${command.words}`, command.summary]);
  return [
    'galley: the whole life of a machine-learning model, on one machine.',
    '',
    ...table(['  command', ''], rows),
    '',
    `Every command takes ${common}.`,
  ].join('\n');
}
