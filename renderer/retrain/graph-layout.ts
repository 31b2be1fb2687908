/** Something that is drawn as a node. */
export interface GraphItem {
  id: string;
  /** Ids of those that end before it begins; what is not drawn is left out. */
  needs: readonly string[];
  /** The number of the column, from the left, where that is not for its needs to say. */
  rank?: number;
}

export interface PlacedNode {
  id: string;
  /** Of the upper left corner, px. */
  x: number;
  y: number;
}

export interface PlacedEdge {
  from: string;
  to: string;
  /** An SVG path. */
  path: string;
}

export interface GraphLayout {
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  width: number;
  height: number;
  nodeWidth: number;
}

/** Measures of the drawing, px. */
export const nodeHeight = 62;
const narrowestNode = 112;
const widestNode = 176;
const columnGap = 28;
/** Room for what stands under a node, too. */
const rowGap = 20;
/** What an edge takes up where it passes a column by. */
const laneHeight = 12;
const arrowLength = 5;

/** Lanes in all for edges that pass columns by; where there were more, long edges go straight. */
const mostLanes = 3000;

/** Sweeps over all columns to put what is joined side by side. */
const sweeps = 6;

/** A place in a column: of a node, or of an edge that passes by. */
interface Slot {
  id: string;
  rank: number;
  height: number;
  before: Slot[];
  after: Slot[];
  /** The middle, px. */
  at: number;
}

/**
 * Draws a directed graph without circles in columns from left to right: each node one column after the last of those that it
 * needs, in the order of the barycentres of its neighbours (Sugiyama, Tagawa and Toda 1981). An edge over several columns keeps a
 * lane free in each that it passes.
 * @param room px that there are; nodes are as wide as fit, within bounds
 */
export function layoutGraph(items: readonly GraphItem[], room = 0): GraphLayout {
  const nodes = slotsOf(items);
  const chains = chainsOf(items, nodes);
  const columns = columnsOf([...nodes.values(), ...chains.flatMap(({ slots }) => slots.slice(1, -1))]);
  for (let sweep = 0; sweep < sweeps; sweep += 1) arrange(columns, sweep % 2 === 0);
  const height = placeRows(columns);
  const nodeWidth = widthFor(columns.length, room);
  const left = (rank: number) => rank * (nodeWidth + columnGap);
  return {
    nodes: [...nodes.values()].map(({ id, rank, at }) => ({ id, x: left(rank), y: at - nodeHeight / 2 })),
    edges: chains.map(({ from, to, slots }) => ({ from, to, path: pathOf(slots, left, nodeWidth) })),
    width: columns.length === 0 ? 0 : left(columns.length) - columnGap,
    height,
    nodeWidth,
  };
}

function widthFor(columns: number, room: number): number {
  const fitting = Math.floor((room + columnGap) / Math.max(1, columns)) - columnGap;
  return Math.min(widestNode, Math.max(narrowestNode, fitting));
}

function slotsOf(items: readonly GraphItem[]): Map<string, Slot> {
  const ranks = ranksOf(items);
  return new Map(
    items.map(({ id }) => [
      id,
      { id, rank: ranks.get(id) as number, height: nodeHeight, before: [], after: [], at: 0 },
    ]),
  );
}

/** The length of the longest way to each; a circle is cut where it closes. */
function ranksOf(items: readonly GraphItem[]): Map<string, number> {
  const byId = new Map(items.map((item) => [item.id, item]));
  const ranks = new Map<string, number>();
  const open = new Set<string>();
  const rankOf = (item: GraphItem): number => {
    const known = ranks.get(item.id);
    if (known !== undefined) return known;
    open.add(item.id);
    let rank = item.rank ?? 0;
    for (const need of item.needs) {
      const before = byId.get(need);
      if (before && !open.has(need)) rank = Math.max(rank, rankOf(before) + 1);
    }
    open.delete(item.id);
    ranks.set(item.id, rank);
    return rank;
  };
  for (const item of items) rankOf(item);
  return ranks;
}

interface Chain {
  from: string;
  to: string;
  /** Both ends, and the lanes between them. */
  slots: Slot[];
}

function chainsOf(items: readonly GraphItem[], nodes: ReadonlyMap<string, Slot>): Chain[] {
  const ends = items.flatMap(({ id, needs }) =>
    needs.flatMap((need): [Slot, Slot][] => {
      const [start, end] = [nodes.get(need), nodes.get(id)];
      return start && end && start.rank < end.rank ? [[start, end]] : [];
    }),
  );
  const lanes = ends.reduce((sum, [start, end]) => sum + lanesBetween(start, end), 0);
  return ends.map(([start, end]) => ({
    from: start.id,
    to: end.id,
    slots: chain(start, end, lanes > mostLanes ? 0 : lanesBetween(start, end)),
  }));
}

function lanesBetween(start: Slot, end: Slot): number {
  return end.rank - start.rank - 1;
}

function chain(start: Slot, end: Slot, length: number): Slot[] {
  const lanes = Array.from(
    { length },
    (_, index): Slot => ({
      id: `${start.id} > ${end.id}`,
      rank: start.rank + index + 1,
      height: laneHeight,
      before: [],
      after: [],
      at: 0,
    }),
  );
  const slots = [start, ...lanes, end];
  for (let index = 1; index < slots.length; index += 1) {
    const [one, other] = [slots[index - 1] as Slot, slots[index] as Slot];
    one.after.push(other);
    other.before.push(one);
  }
  return slots;
}

function columnsOf(slots: readonly Slot[]): Slot[][] {
  const columns: Slot[][] = [];
  for (const slot of slots) {
    while (columns.length <= slot.rank) columns.push([]);
    (columns[slot.rank] as Slot[]).push(slot);
  }
  for (const column of columns) for (const [index, slot] of column.entries()) slot.at = index;
  return columns;
}

/** Orders each column by the mean place of the neighbours on one side. */
function arrange(columns: Slot[][], forwards: boolean): void {
  for (const column of forwards ? columns : columns.toReversed()) {
    const weights = new Map(column.map((slot) => [slot, meanOf(forwards ? slot.before : slot.after) ?? slot.at]));
    column.sort((one, other) => (weights.get(one) as number) - (weights.get(other) as number));
    for (const [index, slot] of column.entries()) slot.at = index;
  }
}

function meanOf(slots: readonly Slot[]): number | undefined {
  if (slots.length === 0) return undefined;
  return slots.reduce((sum, { at }) => sum + at, 0) / slots.length;
}

/** Gives every slot its middle: near its neighbours, and clear of those above and below. Answers the height of all. */
function placeRows(columns: readonly Slot[][]): number {
  for (const column of columns) stack(column, () => undefined);
  const height = Math.max(0, ...columns.map(columnHeight));
  for (const column of columns) shift(column, (height - columnHeight(column)) / 2);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const forwards = sweep % 2 === 1;
    for (const column of forwards ? columns : columns.toReversed())
      stack(column, (slot) => meanOf(forwards ? slot.before : slot.after));
  }
  const slots = columns.flat();
  const top = Math.min(...slots.map(({ at, height }) => at - height / 2));
  if (slots.length === 0) return 0;
  shift(slots, -top);
  return Math.max(...slots.map(({ at, height }) => at + height / 2));
}

function columnHeight(column: readonly Slot[]): number {
  const [first, last] = [column[0], column.at(-1)];
  return first && last ? last.at + last.height / 2 - (first.at - first.height / 2) : 0;
}

function shift(slots: readonly Slot[], by: number): void {
  for (const slot of slots) slot.at += by;
}

/** Slots of a column that touch, from one place in it to the next but one. */
interface Block {
  first: number;
  end: number;
  top: number;
  height: number;
  /** Of the tops that its slots would give it. */
  sum: number;
}

/**
 * Puts the slots of a column as near as can be to where they want to be without touching: where wishes collide, those that
 * touch are moved together to the mean of their wishes.
 */
function stack(column: readonly Slot[], wish: (slot: Slot) => number | undefined): void {
  const blocks: Block[] = [];
  for (const [index, slot] of column.entries()) {
    const top = (wish(slot) ?? slot.at) - slot.height / 2;
    let block: Block = { first: index, end: index + 1, top, height: slot.height, sum: top };
    for (let above = blocks.at(-1); above && above.top + above.height + rowGap > block.top; above = blocks.at(-1)) {
      block = joined(above, block);
      blocks.pop();
    }
    blocks.push(block);
  }
  for (const { first, end, top } of blocks) {
    let y = top;
    for (const slot of column.slice(first, end)) {
      slot.at = y + slot.height / 2;
      y += slot.height + rowGap;
    }
  }
}

function joined(above: Block, below: Block): Block {
  const offset = above.height + rowGap;
  const sum = above.sum + below.sum - offset * (below.end - below.first);
  const { first } = above;
  return { first, end: below.end, top: sum / (below.end - first), height: offset + below.height, sum };
}

/** From the right edge of one node to the left edge of another, level where it passes columns. */
function pathOf(slots: readonly Slot[], left: (rank: number) => number, nodeWidth: number): string {
  const [first] = slots as [Slot];
  let path = `M${left(first.rank) + nodeWidth} ${round(first.at)}`;
  for (let index = 1; index < slots.length; index += 1) {
    const [one, other] = [slots[index - 1] as Slot, slots[index] as Slot];
    const isEnd = index === slots.length - 1;
    const [x1, x2] = [left(one.rank) + nodeWidth, left(other.rank) - (isEnd ? arrowLength : 0)];
    const middle = round((x1 + x2) / 2);
    path += `C${middle} ${round(one.at)} ${middle} ${round(other.at)} ${x2} ${round(other.at)}`;
    if (!isEnd) path += `H${left(other.rank) + nodeWidth}`;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
