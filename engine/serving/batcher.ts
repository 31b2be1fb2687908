/** The model's answers for consecutive rows. */
export interface Answers {
  /** Null for regression. */
  labels: string[] | null;
  /** Row by row, `width` numbers each: the probabilities, or the prediction. */
  scores: Float32Array;
  width: number;
}

/** Computes rows together; the answers stand in their order. */
export type RunRows<Row> = (rows: Row[]) => Promise<Answers>;

/** What goes to the model together. */
export interface BatchLimits {
  /** At most. */
  rows: number;
  /** How long the first row waits for others, unless there are so many before; by default until the end of a turn of the event loop. */
  milliseconds?: number;
}

interface Work<Row> {
  rows: readonly Row[];
  /** Rows that were handed to the model already. */
  taken: number;
  parts: Answers[];
  resolve(answers: Answers): void;
  reject(error: unknown): void;
}

interface Slice<Row> {
  work: Work<Row>;
  count: number;
}

/** A request first gets one such part of a batch at most, so that small ones stay quick beside large ones. */
const sharesOfBatch = 4;

/**
 * Collects the rows that arrive in one turn of the event loop, or in a given time, and hands them to the model together.
 * While it runs, more are collected. Requests with more rows are spread over batches, in turn with the others.
 */
export class Batcher<Row> {
  readonly #run: RunRows<Row>;
  readonly #limits: () => BatchLimits;
  readonly #observe: (rows: number) => void;
  #queue: Work<Row>[] = [];
  #running = false;
  #deadline: NodeJS.Timeout | null = null;
  #waitingRows = 0;

  /**
   * @param limits asked for each batch
   * @param observe is told the rows of each batch
   */
  constructor(run: RunRows<Row>, limits: () => BatchLimits, observe: (rows: number) => void = () => {}) {
    this.#run = run;
    this.#limits = limits;
    this.#observe = observe;
  }

  /** Rows that were added and are not answered yet. */
  get waitingRows(): number {
    return this.#waitingRows;
  }

  /** Answers for the rows, in their order. It rejects where the model fails in a batch with any of them. */
  add(rows: readonly Row[]): Promise<Answers> {
    this.#waitingRows += rows.length;
    const answered = new Promise<Answers>((resolve, reject) => {
      this.#queue.push({ rows, taken: 0, parts: [], resolve, reject });
    });
    if (!this.#running) this.#schedule();
    return answered;
  }

  #schedule(): void {
    const { rows, milliseconds = 0 } = this.#limits();
    if (milliseconds > 0 && this.#waitingRows < rows) {
      this.#deadline ??= setTimeout(() => this.#begin(), milliseconds);
      return;
    }
    this.#begin();
  }

  #begin(): void {
    if (this.#deadline) clearTimeout(this.#deadline);
    this.#deadline = null;
    this.#running = true;
    setImmediate(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) await this.#answer(this.#take());
    this.#running = false;
  }

  /** The next batch: a share for each request from the head of the queue on, then what room is left for the first. */
  #take(): Slice<Row>[] {
    const slices: Slice<Row>[] = [];
    const { rows: size } = this.#limits();
    const share = Math.ceil(size / sharesOfBatch);
    let room = size;
    for (const work of this.#queue) {
      if (room === 0) break;
      const count = Math.min(work.rows.length - work.taken, share, room);
      slices.push({ work, count });
      room -= count;
    }
    for (const slice of slices) {
      const more = Math.min(slice.work.rows.length - slice.work.taken - slice.count, room);
      slice.count += more;
      room -= more;
    }
    const unfinished = slices.filter(({ work, count }) => work.taken + count < work.rows.length);
    this.#queue = [...this.#queue.slice(slices.length), ...unfinished.map(({ work }) => work)];
    return slices;
  }

  async #answer(slices: Slice<Row>[]): Promise<void> {
    const rows = slices.flatMap(({ work, count }) => {
      const start = work.taken;
      work.taken += count;
      return work.rows.slice(start, work.taken);
    });
    this.#observe(rows.length);
    try {
      this.#share(slices, await this.#run(rows));
    } catch (error) {
      this.#fail(new Set(slices.map(({ work }) => work)), error);
    }
  }

  #share(slices: Slice<Row>[], answers: Answers): void {
    let start = 0;
    for (const { work, count } of slices) {
      work.parts.push(part(answers, start, start + count));
      start += count;
      if (work.taken < work.rows.length) continue;
      this.#waitingRows -= work.rows.length;
      work.resolve(join(work.parts));
    }
  }

  #fail(works: Set<Work<Row>>, error: unknown): void {
    this.#queue = this.#queue.filter((work) => !works.has(work));
    for (const work of works) {
      this.#waitingRows -= work.rows.length;
      work.reject(error);
    }
  }
}

function part({ labels, scores, width }: Answers, start: number, end: number): Answers {
  return { labels: labels?.slice(start, end) ?? null, scores: scores.subarray(start * width, end * width), width };
}

function join(parts: Answers[]): Answers {
  const [first] = parts as [Answers];
  if (parts.length === 1) return first;
  const scores = new Float32Array(parts.reduce((length, { scores }) => length + scores.length, 0));
  let position = 0;
  for (const { scores: some } of parts) {
    scores.set(some, position);
    position += some.length;
  }
  return { labels: first.labels && parts.flatMap(({ labels }) => labels ?? []), scores, width: first.width };
}
