/** Answers that take long and do not change, by key: two askers share one, and the latest few are kept. */
export class KeptAnswers<Answer> {
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The answer of that key, made where there is none; one that fails is not kept. */
  get(key: string, make: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#answers.get(key) ?? make();
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    answer.catch(() => this.#answers.delete(key));
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#capacity) break;
      this.#answers.delete(oldest);
    }
    return answer;
  }
}
