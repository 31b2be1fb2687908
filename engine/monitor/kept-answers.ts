import { GalleyError } from '../base/errors.ts';

interface KeptAnswer<Answer> {
  answer: Promise<Answer>;
  work: AbortController;
  /** Askers that still wait. */
  waiting: number;
}

/** Answers that take long and do not change, by key: askers share one, and the latest few are kept. */
export class KeptAnswers<Answer> {
  readonly #answers = new Map<string, KeptAnswer<Answer>>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * The answer of that key, made where there is none; one that fails is not kept.
   * @param make is given a signal that comes when nobody waits any more
   * @param asker comes when this one waits no more
   * @throws GalleyError `call.canceled` once `asker` came
   */
  get(key: string, make: (signal: AbortSignal) => Promise<Answer>, asker?: AbortSignal): Promise<Answer> {
    const kept = this.#answers.get(key) ?? this.#begin(key, make);
    this.#answers.delete(key);
    this.#answers.set(key, kept);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#capacity) break;
      this.#answers.delete(oldest);
    }
    kept.waiting++;
    return asker ? this.#unlessCanceled(key, kept, asker) : kept.answer;
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<Answer>): KeptAnswer<Answer> {
    const work = new AbortController();
    const kept = { answer: make(work.signal), work, waiting: 0 };
    kept.answer.catch(() => this.#forget(key, kept));
    return kept;
  }

  #forget(key: string, kept: KeptAnswer<Answer>): void {
    if (this.#answers.get(key) === kept) this.#answers.delete(key);
  }

  #unlessCanceled(key: string, kept: KeptAnswer<Answer>, asker: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(new GalleyError('call.canceled', 'The caller no longer waits for the answer.'));
        kept.waiting--;
        if (kept.waiting > 0) return;
        this.#forget(key, kept);
        kept.work.abort();
      };
      if (asker.aborted) return leave();
      asker.addEventListener('abort', leave, { once: true });
      kept.answer.then(resolve, reject).finally(() => asker.removeEventListener('abort', leave));
    });
  }
}
