/** Where columns stand from left to right, and which of them a stretch of the table shows. Pure. */
export interface ColumnLayout {
  widths: readonly number[];
  /** Left edge of each column, and the right edge of the last. */
  edges: readonly number[];
  /** The first so many columns stay at the left. */
  pinned: number;
}

/** Columns that are narrower than the room together share what is left. */
export function layOut(widths: readonly number[], room: number, pinned: number): ColumnLayout {
  const needed = widths.reduce((sum, width) => sum + width, 0);
  const extra = widths.length > 0 && needed < room ? (room - needed) / widths.length : 0;
  const stretched = widths.map((width) => width + extra);
  const edges = [0];
  for (const width of stretched) edges.push((edges.at(-1) as number) + width);
  return { widths: stretched, edges, pinned: Math.min(pinned, widths.length) };
}

/** First and last (exclusive) column beside the pinned ones that a stretch from `left` shows. */
export function shownColumns({ edges, pinned, widths }: ColumnLayout, left: number, room: number): [number, number] {
  const pinnedWidth = edges[pinned] as number;
  const first = Math.max(pinned, columnAt(edges, left + pinnedWidth));
  const last = Math.min(widths.length, columnAt(edges, left + room) + 1);
  return [first, Math.max(first, last)];
}

function columnAt(edges: readonly number[], x: number): number {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] as number) <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How far to scroll so that a column is in view, moved as little as need be. */
export function leftShowing({ edges, pinned }: ColumnLayout, left: number, room: number, column: number): number {
  if (column < pinned) return left;
  const pinnedWidth = edges[pinned] as number;
  const start = (edges[column] as number) - pinnedWidth;
  const end = (edges[column + 1] as number) - room;
  if (start < left) return start;
  return Math.max(left, end);
}
