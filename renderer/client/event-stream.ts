import type { SequencedEvent } from '../../engine/contract/events.ts';

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) from text that arrives in pieces:
 * each piece returns the events that are complete with it. Only `data` matters, the sequence is inside.
 */
export class EventStreamParser {
  #rest = '';

  push(piece: string): SequencedEvent[] {
    this.#rest += piece.replaceAll('\r\n', '\n');
    const events: SequencedEvent[] = [];
    for (let end = this.#rest.indexOf('\n\n'); end >= 0; end = this.#rest.indexOf('\n\n')) {
      const event = readBlock(this.#rest.slice(0, end));
      if (event) events.push(event);
      this.#rest = this.#rest.slice(end + 2);
    }
    return events;
  }
}

function readBlock(block: string): SequencedEvent | undefined {
  const data = block
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).replace(/^ /, ''))
    .join('\n');
  return data === '' ? undefined : (JSON.parse(data) as SequencedEvent);
}

/** Milliseconds before the nth attempt in a row: doubles from 250 ms to 5 s. */
export function backOff(attempt: number): number {
  return Math.min(5000, 250 * 2 ** attempt);
}
