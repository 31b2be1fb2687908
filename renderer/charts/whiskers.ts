/** Upright lines from low to high at each place: intervals of single points, [x, low, high] each. */
export function whiskerSeries(
  points: readonly (readonly [x: number, low: number, high: number])[],
  colour: string,
): Record<string, unknown> {
  return {
    name: 'interval',
    type: 'custom',
    silent: true,
    tooltip: { show: false },
    z: 1,
    data: points,
    encode: { x: 0, y: [1, 2] },
    renderItem(params: { dataIndex: number }, api: { coord: (at: readonly number[]) => number[] }) {
      const [x, low, high] = points[params.dataIndex] ?? [0, 0, 0];
      const [x1, y1] = api.coord([x, low]);
      const [x2, y2] = api.coord([x, high]);
      return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour, lineWidth: 4, opacity: 0.28 } };
    },
  };
}
