import type { OutputOf } from '../contract/call.ts';
import type { packageNotebookCalls } from '../contract/package-notebook.ts';
import { type Command, given } from './command.ts';

export const packageNotebookCommands: Command[] = [
  {
    words: 'package cell',
    usage: '[--model NAME]',
    summary: 'Prints the cell that sends a fitted model from a notebook, and puts adopt.py into the project folder.',
    example: 'galley package cell --model price',
    flags: { model: { type: 'string' } },
    positionals: { minimum: 0, maximum: 0 },
    call: 'package.notebookCell',
    input: (_, flags) => given({ model: flags.model }),
    print: ({ cell }: OutputOf<typeof packageNotebookCalls.notebookCell>) => cell.trimEnd().split('\n'),
  },
];
