/** A row's dot in the lane of a column. */
export interface SwarmDot {
  lane: number;
  /** Index of the row among the points. */
  point: number;
  contribution: number;
  /** Position of its value among the column's, 0 to 1; null where it has no order. */
  value: number | null;
  /** How far it is moved up or down so that dots of the same contribution can be told apart, within half a lane. */
  shift: number;
}

const bins = 80;
const reach = 0.38;

/** Lays the contributions of each column out as a swarm: dots in the same narrow bin stand one above the other. */
export function swarm(
  contributions: readonly (readonly number[])[],
  values: readonly (readonly (number | null)[])[],
): SwarmDot[] {
  const all = contributions.flat();
  const low = all.reduce((a, b) => Math.min(a, b), 0);
  const high = all.reduce((a, b) => Math.max(a, b), 0);
  const binOf = (value: number) => Math.floor((bins * (value - low)) / (high - low || 1));
  return contributions.flatMap((lane, index) => {
    const counts = new Map<number, number>();
    const places = lane.map((value) => {
      const bin = binOf(value);
      const place = counts.get(bin) ?? 0;
      counts.set(bin, place + 1);
      return place;
    });
    const fullest = Math.max(1, ...counts.values());
    const step = Math.min(0.08, reach / Math.ceil(fullest / 2));
    return lane.map((contribution, point) => ({
      lane: index,
      point,
      contribution,
      value: values[index]?.[point] ?? null,
      shift: alternating(places[point] ?? 0) * step,
    }));
  });
}

/** 0, 1, -1, 2, -2, … */
function alternating(place: number): number {
  return place % 2 === 1 ? (place + 1) / 2 : -place / 2;
}
