import type { SequencedEvent } from '../../engine/contract/events.ts';
import type { Client } from './client.ts';
import { asClientError, type ClientError } from './client-error.ts';
import { backOff, EventStreamParser } from './event-stream.ts';

export interface EventListener {
  onEvent(event: SequencedEvent): void;
  /** `resumed` is false where events may have been missed, so that all must be read again. */
  onOpen(resumed: boolean): void;
  onAway(error: ClientError): void;
}

/** Follows the engine's events until aborted; after a break it resumes from the last event it saw. */
export async function followEvents(client: Client, listener: EventListener, signal: AbortSignal): Promise<void> {
  let last: number | undefined;
  let attempt = 0;
  while (!signal.aborted) {
    try {
      const stream = await client.events(last, signal);
      listener.onOpen(last !== undefined);
      attempt = 0;
      for await (const event of readEvents(stream)) {
        last = event.sequence;
        listener.onEvent(event);
      }
    } catch (thrown) {
      if (signal.aborted) return;
      listener.onAway(asClientError(thrown));
    }
    await pause(backOff(attempt), signal);
    attempt += 1;
  }
}

async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<SequencedEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const parser = new EventStreamParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.releaseLock();
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish);
  });
}
