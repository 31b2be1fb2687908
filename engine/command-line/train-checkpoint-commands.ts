import type { OutputOf } from '../contract/call.ts';
import type { trainCalls } from '../contract/train.ts';
import type { Command } from './command.ts';
import { trainedInWords } from './run-table.ts';
import { formatNumber, table } from './table.ts';

const one = { minimum: 1, maximum: 1 } as const;

export const trainCheckpointCommands: Command[] = [
  {
    words: 'train resumable',
    usage: '',
    summary: 'Trainings that ended before they were done and left a checkpoint.',
    example: 'galley train resumable',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'train.resumable',
    input: () => ({}),
    print: ({ trainings }: OutputOf<typeof trainCalls.resumable>) =>
      trainings.length === 0
        ? ['No training was broken off with a checkpoint.']
        : table(
            ['job', 'title', 'state', 'checkpoint'],
            trainings.map(({ job, savedAt }) => [job.id, job.title, job.state, savedAt]),
          ),
  },
  {
    words: 'train resume',
    usage: 'JOB',
    summary:
      'Goes on with a training that was canceled, interrupted or failed, from its last checkpoint; the model is the same as without the break.',
    example: 'galley train resume job_0198…',
    flags: {},
    positionals: one,
    call: 'train.resume',
    input: ([job]) => ({ job }),
    print: trainedInWords,
  },
  {
    words: 'train discard',
    usage: 'JOB',
    summary: 'Removes the checkpoint of a training that is not to be gone on with.',
    example: 'galley train discard job_0198…',
    flags: {},
    positionals: one,
    call: 'train.discard',
    input: ([job]) => ({ job }),
    print: ({ freed }: OutputOf<typeof trainCalls.discard>) => [`Freed ${formatNumber(freed)} bytes.`],
  },
];
