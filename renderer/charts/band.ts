/** A series that fills the area between two curves over the same places: [x, low, high] each, in order. */
export function bandSeries(
  points: readonly (readonly [x: number, low: number, high: number])[],
  colour: string,
  opacity = 0.15,
): Record<string, unknown> {
  return {
    name: 'band',
    type: 'custom',
    silent: true,
    tooltip: { show: false },
    z: 1,
    clip: true,
    // Every point is in the data, so that the axes see it; the first draws the whole area.
    data: points,
    encode: { x: 0, y: [1, 2] },
    renderItem(params: { dataIndex: number }, api: { coord: (at: readonly number[]) => number[] }) {
      if (params.dataIndex !== 0) return { type: 'group', children: [] };
      const above = points.map(([x, , high]) => api.coord([x, high]));
      const below = points.map(([x, low]) => api.coord([x, low])).reverse();
      return { type: 'polygon', shape: { points: [...above, ...below] }, style: { fill: colour, opacity } };
    },
  };
}

/** A band for each unbroken run of places that have an interval. */
export function bandsOf(
  places: readonly { x: number; low: number | null; high: number | null }[],
  colour: string,
): Record<string, unknown>[] {
  const runs: [number, number, number][][] = [[]];
  for (const { x, low, high } of places) {
    if (low === null || high === null) runs.push([]);
    else runs.at(-1)?.push([x, low, high]);
  }
  return runs.filter((run) => run.length > 1).map((run) => bandSeries(run, colour));
}
