/** The geometry of the circle whose arcs are ropes: pure numbers, in pixels, angles in radians clockwise from the top. */
export interface Point {
  x: number;
  y: number;
}

export interface RopeFrame {
  centre: Point;
  /** Of the circle that the stations stand on. */
  radius: number;
  /** Of a station's disc. */
  disc: number;
}

export interface Rope {
  /** SVG path data, one a strand. */
  strands: string[];
  beads: Point[];
  /** SVG path data of the arrow before the next disc. */
  chevron: string;
  label: { x: number; y: number; anchor: 'start' | 'end' };
}

export const stationCount = 6;
const step = (2 * Math.PI) / stationCount;
const discGap = 8;
const chevronRoom = 8;
const labelGap = 14;
const fewStrands = 4;
const samples = 48;

/** Angle of the station with this index, the first at the top. */
export function stationAngle(index: number): number {
  return index * step;
}

export function pointAt(centre: Point, radius: number, angle: number): Point {
  return { x: centre.x + radius * Math.sin(angle), y: centre.y - radius * Math.cos(angle) };
}

/** How many strands show a flow of `amount` (rows, runs, requests): none for nothing, else 2 to 18 on a log scale. */
export function strandCount(amount: number): number {
  if (!(amount > 0)) return 0;
  return Math.min(18, Math.max(2, Math.round(4.2 * Math.log10(amount) + 2)));
}

/** How far the strands swing to each side of the circle. */
export function ropeSwing(strands: number): number {
  return 4 + 1.15 * strands;
}

/** The rope from station `from` to the next one. */
export function ropeBetween(frame: RopeFrame, from: number, amount: number): Rope {
  const strands = strandCount(amount);
  const swing = strands === 0 ? 0 : ropeSwing(strands);
  const turns = strands <= fewStrands ? 1 : 1.25;
  const discAngle = 2 * Math.asin(frame.disc / (2 * frame.radius)) + discGap / frame.radius;
  const start = stationAngle(from) + discAngle;
  const end = stationAngle(from + 1) - discAngle;
  const ropeEnd = end - chevronRoom / frame.radius;
  const at = (share: number, strand: number): Point => {
    const wave =
      Math.sin(Math.PI * share) ** 0.9 * Math.cos((2 * Math.PI * strand) / strands + 2 * Math.PI * turns * share);
    return pointAt(frame.centre, frame.radius + swing * wave, start + (ropeEnd - start) * share);
  };
  const beads = amount > 0 && amount <= fewStrands ? Math.round(amount) : 0;
  return {
    strands: Array.from({ length: strands }, (_, strand) => strandPath((share) => at(share, strand))),
    beads: Array.from({ length: beads }, (_, bead) => at((bead + 1) / (beads + 1), bead)),
    chevron: chevronPath(frame, end),
    label: labelPlace(frame, (start + end) / 2, swing),
  };
}

function strandPath(at: (share: number) => Point): string {
  return Array.from({ length: samples + 1 }, (_, index) => {
    const { x, y } = at(index / samples);
    return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join('');
}

function chevronPath({ centre, radius }: RopeFrame, angle: number): string {
  const size = 8;
  const tip = pointAt(centre, radius, angle);
  const back = angle - size / radius;
  const outer = pointAt(centre, radius + size * 0.62, back);
  const inner = pointAt(centre, radius - size * 0.62, back);
  return `M${text(outer)}L${text(tip)}L${text(inner)}`;
}

function labelPlace({ centre, radius }: RopeFrame, angle: number, swing: number): Rope['label'] {
  const place = pointAt(centre, radius + swing + labelGap, angle);
  return { ...place, anchor: Math.sin(angle) >= 0 ? 'start' : 'end' };
}

function text({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/** Path data of the plain arc from one station to the next, with a gap at both ends (for the small ring). */
export function arcBetween(centre: Point, radius: number, from: number, gap: number): string {
  const start = pointAt(centre, radius, stationAngle(from) + gap / radius);
  const end = pointAt(centre, radius, stationAngle(from + 1) - gap / radius);
  return `M${text(start)}A${radius} ${radius} 0 0 1 ${text(end)}`;
}

/** The frame that fits a field: the full size of 872 x 844 where there is room, smaller below. */
export function frameIn(width: number, height: number): RopeFrame {
  const besideDiscs = 198;
  const aboveAndBelow = 122;
  const radius = Math.max(128, Math.min(236, width / 2 - besideDiscs, (height - 24) / 2 - aboveAndBelow));
  return { centre: { x: width / 2, y: height / 2 + (radius === 236 ? 22 : 8) }, radius, disc: 39 };
}
