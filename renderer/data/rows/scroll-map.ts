/**
 * How far down a table stands, in rows: browsers end a page at some 16 to 33 million pixels, so the bar of a longer table
 * moves in proportion while wheel and keys move row by row. Pure.
 */
export const rowHeight = 28;
/** The tallest that a scrolled page may be, well within what every browser takes. */
export const tallest = 8_000_000;

export interface ScrollSpace {
  /** Rows in all. */
  total: number;
  /** Height of the part that shows rows, in pixels. */
  shown: number;
}

/** Height of the scrolled page under the header. */
export function scrolledHeight({ total }: ScrollSpace): number {
  return Math.min(total * rowHeight, tallest);
}

/** True where the bar moves in proportion. */
export function isScaled({ total }: ScrollSpace): boolean {
  return total * rowHeight > tallest;
}

/** The greatest position: the last row stands at the bottom. */
export function lastTop({ total, shown }: ScrollSpace): number {
  return Math.max(0, total - shown / rowHeight);
}

export function clampTop(space: ScrollSpace, top: number): number {
  return Math.min(lastTop(space), Math.max(0, top));
}

/** The row (with its fraction) at the top where the bar stands at so many pixels. */
export function topOfScroll(space: ScrollSpace, pixels: number): number {
  if (!isScaled(space)) return pixels / rowHeight;
  const range = scrolledHeight(space) - space.shown;
  return range <= 0 ? 0 : clampTop(space, (pixels / range) * lastTop(space));
}

/** Where the bar stands for a row at the top. */
export function scrollOfTop(space: ScrollSpace, top: number): number {
  if (!isScaled(space)) return top * rowHeight;
  const last = lastTop(space);
  return last === 0 ? 0 : (top / last) * (scrolledHeight(space) - space.shown);
}

/** The position that brings a row into view, moved as little as need be. */
export function topShowing(space: ScrollSpace, top: number, row: number): number {
  if (row < top) return clampTop(space, row);
  if (row + 1 > top + space.shown / rowHeight) return clampTop(space, row + 1 - space.shown / rowHeight);
  return clampTop(space, top);
}
