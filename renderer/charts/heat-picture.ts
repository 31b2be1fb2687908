import type { EChartsCoreOption } from 'echarts/core';
import { baseOptions, xAxis, yAxis } from './options.ts';
import type { ChartTheme } from './theme.ts';

/** A square table of counts as a drawing, each field as strong as its share of its line. */
export function heatOption(
  theme: ChartTheme,
  names: readonly string[],
  matrix: readonly (readonly number[])[],
): EChartsCoreOption {
  const axis = { type: 'category', data: names, splitLine: { show: false } };
  const fields = matrix.flatMap((row, y) => {
    const total = Math.max(
      1,
      row.reduce((sum, count) => sum + count, 0),
    );
    return row.map((count, x) => ({ x, y, count, share: count / total }));
  });
  return {
    ...baseOptions(theme),
    grid: { left: 12, right: 12, top: 12, bottom: 30, containLabel: true },
    xAxis: xAxis(theme, { ...axis, name: 'said' }),
    yAxis: yAxis(theme, { ...axis, inverse: true }),
    series: [
      {
        type: 'custom',
        data: fields.map(({ x, y, count }) => [x, y, count]),
        renderItem(
          { dataIndex }: { dataIndex: number },
          api: { coord: (at: number[]) => number[]; size: (of: number[]) => number[] },
        ) {
          const field = fields[dataIndex];
          if (!field) return { type: 'group', children: [] };
          const [x = 0, y = 0] = api.coord([field.x, field.y]);
          const [width = 0, height = 0] = api.size([1, 1]);
          const shape = { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2, r: 4 };
          const fill = field.x === field.y ? theme.blue : theme.orange;
          const text = { text: String(field.count), fill: theme.text, font: `12px ${theme.font}` };
          return {
            type: 'group',
            children: [
              { type: 'rect', shape, style: { fill, opacity: 0.06 + 0.4 * field.share } },
              { type: 'text', x, y, style: { ...text, textAlign: 'center', textVerticalAlign: 'middle' } },
            ],
          };
        },
      },
    ],
  };
}
