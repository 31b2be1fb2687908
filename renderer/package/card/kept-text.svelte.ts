/** Milliseconds without a change after which a text is kept. */
const rest = 900;

/** A text that is kept while it is written; what could not be kept stays and is tried again with the next change. */
export class KeptText {
  #typed = $state('');
  #kept = $state('');
  #isKeeping = $state(false);
  #failure = $state.raw<unknown>();
  readonly #save: (text: string) => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;

  constructor(text: string, save: (text: string) => Promise<void>) {
    this.#typed = text;
    this.#kept = text;
    this.#save = save;
  }

  get typed(): string {
    return this.#typed;
  }

  /** Of the last attempt to keep it. */
  get failure(): unknown {
    return this.#failure;
  }

  get isKept(): boolean {
    return this.#typed.trim() === this.#kept.trim();
  }

  get state(): 'kept' | 'changed' | 'keeping' {
    if (this.#isKeeping) return 'keeping';
    return this.isKept ? 'kept' : 'changed';
  }

  type(text: string): void {
    this.#typed = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keep(), rest);
  }

  /** What another window or the command line wrote comes in, unless something is being written here. */
  follow(text: string): void {
    const isNew = text.trim() !== this.#kept.trim();
    if (isNew && this.isKept && !this.#isKeeping) this.#typed = text;
    this.#kept = text;
  }

  /** Keeps what was typed, one text after the other. */
  async keep(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    if (this.isKept) return;
    this.#running = this.#keepNow(this.#typed);
    await this.#running;
  }

  async #keepNow(text: string): Promise<void> {
    this.#isKeeping = true;
    try {
      await this.#save(text);
      this.#kept = text;
      this.#failure = undefined;
    } catch (thrown) {
      this.#failure = thrown;
    }
    this.#isKeeping = false;
    this.#running = undefined;
  }
}
