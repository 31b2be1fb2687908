import type { TimeSpan } from '../../client/monitor-view.ts';

/** Which of the two windows is chosen next. */
export type ChosenSide = 'current' | 'reference';

/** A window of the axis, with where it stands in pixels. */
export interface PlacedWindow {
  from: string;
  to: string;
  left: number;
  right: number;
}

const leastDrag = 6;

/**
 * How a stretch of windows is chosen on the axis: by dragging, or by keys (arrows move, with Shift they take more along,
 * Enter chooses). Windows are taken whole.
 */
export class WindowChoice {
  readonly #windows: () => readonly PlacedWindow[];
  #cursor = $state<number>();
  #anchor = $state<number>();
  #pressed = $state<number>();
  #isDrag = $state(false);

  constructor(windows: () => readonly PlacedWindow[]) {
    this.#windows = windows;
  }

  /** The window under the pointer or the keys. */
  get cursor(): PlacedWindow | undefined {
    return this.#windows()[this.#cursor ?? -1];
  }

  get cursorIndex(): number | undefined {
    return this.#cursor;
  }

  get isDragging(): boolean {
    return this.#isDrag;
  }

  /** The stretch that is being chosen; undefined while there is none. */
  get stretch(): PlacedWindow | undefined {
    if (this.#anchor === undefined || this.#cursor === undefined) return undefined;
    const windows = this.#windows();
    const first = windows[Math.min(this.#anchor, this.#cursor)];
    const last = windows[Math.max(this.#anchor, this.#cursor)];
    if (first === undefined || last === undefined) return undefined;
    return { from: first.from, to: last.to, left: first.left, right: last.right };
  }

  press(x: number): void {
    this.#pressed = x;
    this.#cursor = this.#indexAt(x);
    this.#anchor = undefined;
  }

  move(x: number): void {
    this.#cursor = this.#indexAt(x);
    if (this.#pressed === undefined || Math.abs(x - this.#pressed) <= leastDrag) return;
    this.#isDrag = true;
    this.#anchor ??= this.#indexAt(this.#pressed);
  }

  /** The stretch that was dragged over; undefined where the pointer was hardly moved. */
  release(): TimeSpan | undefined {
    const dragged = this.#isDrag ? this.stretch : undefined;
    this.#pressed = undefined;
    this.#isDrag = false;
    this.#anchor = undefined;
    return dragged && { since: dragged.from, until: dragged.to };
  }

  leave(): void {
    if (!this.#isDrag) this.#cursor = undefined;
  }

  /** Moves the cursor by so many windows; `extend` takes the windows between along. */
  step(by: number, extend: boolean): void {
    const last = this.#windows().length - 1;
    const from = this.#cursor ?? (by > 0 ? -1 : last + 1);
    this.#anchor = extend ? (this.#anchor ?? Math.min(last, Math.max(0, from))) : undefined;
    this.#cursor = Math.min(last, Math.max(0, from + by));
  }

  /** Marks nothing any more. */
  drop(): void {
    this.#anchor = undefined;
  }

  /** What the keys chose. */
  take(): TimeSpan | undefined {
    const taken = this.stretch ?? this.cursor;
    this.#anchor = undefined;
    return taken && { since: taken.from, until: taken.to };
  }

  /** The window at a place, else the nearest. */
  #indexAt(x: number): number | undefined {
    const windows = this.#windows();
    const inside = windows.findIndex((one) => x >= one.left && x <= one.right);
    if (inside >= 0 || windows.length === 0) return inside < 0 ? undefined : inside;
    const distances = windows.map((one) => Math.min(Math.abs(x - one.left), Math.abs(x - one.right)));
    return distances.indexOf(Math.min(...distances));
  }
}
