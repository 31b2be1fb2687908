/** A stretch of time that is left out, and where its mark stands. */
export interface TimeBreak {
  from: number;
  to: number;
  /** Pixels. */
  x: number;
}

export interface TimedRows {
  from: string;
  to: string;
  rows: number;
}

interface Stretch {
  from: number;
  to: number;
}

/** A gap of so many windows' length or more is left out. */
const longGap = 3;
const breakWidth = 28;

/**
 * Pixels of an instant (epoch milliseconds) on an axis from `left` to `right`. Linear, but long stretches without any
 * row are left out, so that one late request does not squeeze ten years into a corner.
 */
export function timeScale(
  windows: readonly TimedRows[],
  left: number,
  right: number,
): { x: (time: number) => number; breaks: TimeBreak[] } {
  const stretches = stretchesOf(windows);
  const total = stretches.reduce((sum, stretch) => sum + (stretch.to - stretch.from), 0) || 1;
  const room = right - left - breakWidth * (stretches.length - 1);
  const perPixel = room / total;
  const starts: number[] = [];
  let x = left;
  for (const stretch of stretches) {
    starts.push(x);
    x += (stretch.to - stretch.from) * perPixel + breakWidth;
  }
  const place = (time: number): number => {
    const index = stretches.findLastIndex((stretch) => time >= stretch.from);
    const stretch = stretches[Math.max(0, index)];
    if (!stretch) return left;
    const inside = Math.min(time, stretch.to) - stretch.from;
    return (starts[Math.max(0, index)] ?? left) + inside * perPixel;
  };
  const breaks = stretches.slice(1).map((stretch, index) => ({
    from: stretches[index]?.to ?? stretch.from,
    to: stretch.from,
    x: (starts[index + 1] ?? left) - breakWidth / 2,
  }));
  return { x: place, breaks };
}

function stretchesOf(windows: readonly TimedRows[]): Stretch[] {
  const times = windows
    .filter((window) => window.rows > 0)
    .map((window) => ({ from: Date.parse(window.from), to: Date.parse(window.to) }));
  const width = Math.max(0, ...times.map(({ from, to }) => to - from));
  const stretches: Stretch[] = [];
  for (const { from, to } of times) {
    const last = stretches.at(-1);
    if (last && from - last.to <= longGap * width) last.to = Math.max(last.to, to);
    else stretches.push({ from, to });
  }
  return stretches;
}
