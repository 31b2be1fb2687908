import type { EngineEvent, SequencedEvent } from '../contract/events.ts';

type Listener = (event: SequencedEvent) => void;

/** The engine's events in sequence. The newest are kept, so that a client that was away can resume. */
export class EventLog {
  readonly #kept: SequencedEvent[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #capacity: number;
  #sequence: number;

  /** @param firstSequence lies above every number that an earlier engine gave; the start time does. */
  constructor(firstSequence: number, capacity = 2000) {
    this.#sequence = firstSequence;
    this.#capacity = capacity;
  }

  get sequence(): number {
    return this.#sequence;
  }

  publish(event: EngineEvent): void {
    const sequenced: SequencedEvent = { ...event, sequence: ++this.#sequence };
    this.#kept.push(sequenced);
    if (this.#kept.length > this.#capacity) this.#kept.shift();
    for (const listener of this.#listeners) listener(sequenced);
  }

  /** Events after `sequence`; one `reset` where some of them are no longer kept. */
  after(sequence: number): SequencedEvent[] {
    const oldest = this.#kept[0]?.sequence ?? this.#sequence + 1;
    const complete = sequence <= this.#sequence && sequence >= oldest - 1;
    return complete
      ? this.#kept.filter((event) => event.sequence > sequence)
      : [{ type: 'reset', sequence: this.#sequence }];
  }

  /** Calls the listener for every event from now on, until the answered function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
