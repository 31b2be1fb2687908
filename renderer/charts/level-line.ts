import type { ChartTheme } from './theme.ts';

interface Level {
  value: number | null | undefined;
  /** Stands at the line's end. */
  text: string;
  colour: string;
  type: 'solid' | 'dashed' | 'dotted';
}

/** A line across a chart at a value of its y axis, for the `markLine.data` of a series; none where the value is unknown. */
export function levelLine(theme: ChartTheme, { value, text, colour, type }: Level): Record<string, unknown>[] {
  if (value === null || value === undefined) return [];
  return [
    {
      yAxis: value,
      lineStyle: { color: colour, type, width: 1.25 },
      label: { formatter: text, position: 'insideEndTop', color: theme.textSecond, fontSize: 11 },
    },
  ];
}
