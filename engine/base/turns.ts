/** Work of one key is done one after the other, in the order in which it came; that of others at the same time. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** What the work gives or throws, once all before it is done, well or not. Work that takes a turn of its own key never ends. */
  take<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(work);
    this.#last.set(
      key,
      turn.catch(() => {}),
    );
    return turn;
  }

  /** Resolves when the work that has come until now is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}
