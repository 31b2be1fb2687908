import { once } from 'node:events';
import { addAbortSignal } from 'node:stream';
import { GalleyError } from '../base/errors.ts';
import type { Streams } from './command.ts';

/** Standard input and output of this process. @throws GalleyError `job.canceled` from the input once the signal came */
export function standardStreams(signal: AbortSignal): Streams {
  return {
    input: untilAborted(signal),
    write: async (text) => {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    },
  };
}

async function* untilAborted(signal: AbortSignal): AsyncGenerator<Buffer, void> {
  try {
    yield* addAbortSignal(signal, process.stdin);
  } catch (error) {
    if (signal.aborted) throw new GalleyError('job.canceled', 'Reading was stopped.');
    throw error;
  }
}
