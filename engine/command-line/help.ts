import type { Command } from './command.ts';
import { table } from './table.ts';

const common = '[--project DIR] [--json] [--help]';

export function commandHelp(command: Command): string {
  return [
    `galley ${command.words} ${command.usage} ${common}`,
    '',
    command.summary,
    '',
    'Example:',
    `  ${command.example}`,
  ].join('\n');
}

export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [`  ${command.words}`, command.summary]);
  return [
    'galley: the whole life of a machine-learning model, on one machine.',
    '',
    ...table(['  command', ''], [...rows, ['  start', 'Opens the app.']]),
    '',
    `Every command takes ${common}.`,
  ].join('\n');
}
