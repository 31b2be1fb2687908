import { type Axis, linear, linePath, niceAxis } from '../../charts/scale.ts';
import type { CallResult } from '../../client/client.ts';

export interface PreviewPicture {
  axis: Axis;
  y: (value: number) => number;
  path: string;
  /** Of a lone value that no line leads to, or of all where they are few. */
  points: { x: number; y: number; broken: boolean }[];
  boundY: number;
  fired: { x: number; from: string; to: string }[];
}

const inset = { left: 44, right: 12, top: 16, bottom: 18 };
/** With more windows than that the line alone is shown. */
const mostPoints = 80;

/** Where the values of a tested rule, its bound and its alerts stand, in pixels. */
export function drawPreview(
  { windows }: CallResult<'monitor.testRule'>,
  bound: number,
  width: number,
  height: number,
): PreviewPicture {
  const values = windows.flatMap(({ value }) => (value === null ? [] : [value]));
  const axis = niceAxis(values, 3, [bound]);
  const x = linear(-0.5, windows.length - 0.5, inset.left, width - inset.right);
  const y = linear(axis.minimum, axis.maximum, height - inset.bottom, inset.top);
  const places = windows.map(({ value }, index) => (value === null ? null : { x: x(index), y: y(value) }));
  return {
    axis,
    y,
    path: linePath(places),
    points: places.flatMap((place, index) =>
      place && windows.length <= mostPoints ? [{ ...place, broken: windows[index]?.broken ?? false }] : [],
    ),
    boundY: y(bound),
    fired: windows.flatMap(({ fired, from, to }, index) => (fired ? [{ x: x(index), from, to }] : [])),
  };
}
