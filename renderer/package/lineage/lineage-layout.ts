import {
  type LineageEdge,
  type LineageGraph,
  type LineageNode,
  lineageKinds,
} from '../../../engine/contract/package-lineage.ts';
import { address } from '../../client/address.ts';

type Kind = LineageNode['kind'];

/** Measures of the drawing in px. */
export const boxWidth = 176;
export const boxHeight = 60;
const columnGap = 56;
const rowGap = 10;
const titleHeight = 28;

/** So many of a kind are drawn until one asks for all. */
export const shownFirst = 6;

/** A box of the drawing: a node, or the button for the ones that are folded away. */
export interface Box {
  id: string;
  kind: Kind;
  node?: LineageNode;
  /** How many the box stands for, where it is folded. */
  folded: number;
  /** Whether those can be unfolded; others were left out by the engine. */
  canUnfold: boolean;
  x: number;
  y: number;
  /** Titles of what it comes from. */
  from: string[];
}

export interface Column {
  kind: Kind;
  title: string;
  x: number;
  boxes: Box[];
}

export interface Link {
  key: string;
  path: string;
  label: string;
}

export interface Drawing {
  columns: Column[];
  links: Link[];
  width: number;
  height: number;
}

const titles: Record<Kind, string> = {
  source: 'Files',
  dataset: 'Data',
  run: 'Runs',
  version: 'Versions',
  deployment: 'Deployments',
  alert: 'Alerts',
};

/** Columns in the order in which one comes of the other, each with what is nearest to what it comes from. */
export function drawLineage(graph: LineageGraph, unfolded: ReadonlySet<string>): Drawing {
  const kinds = lineageKinds.filter((kind) => graph.nodes.some((node) => node.kind === kind));
  const places = new Map<string, Box>();
  const columns = kinds.map((kind, index): Column => {
    const x = index * (boxWidth + columnGap);
    const boxes = boxesOf(graph, kind, unfolded, places).map((box, row) => ({
      ...box,
      x,
      y: titleHeight + row * (boxHeight + rowGap),
    }));
    for (const box of boxes) if (box.node) places.set(box.id, box);
    const fold = boxes.find((box) => box.node === undefined);
    for (const node of graph.nodes) if (node.kind === kind && fold && !places.has(node.id)) places.set(node.id, fold);
    return { kind, title: titles[kind], x, boxes };
  });
  const rows = Math.max(1, ...columns.map(({ boxes }) => boxes.length));
  return {
    columns,
    links: linksOf(graph.edges, places),
    width: columns.length * (boxWidth + columnGap) - columnGap,
    height: titleHeight + rows * (boxHeight + rowGap) - rowGap,
  };
}

function boxesOf(
  { nodes, edges, left, focus }: LineageGraph,
  kind: Kind,
  unfolded: ReadonlySet<string>,
  places: ReadonlyMap<string, Box>,
): Omit<Box, 'x' | 'y'>[] {
  const titleOf = (id: string) => nodes.find((node) => node.id === id)?.title ?? '';
  const parents = (id: string) => edges.filter((edge) => edge.to === id);
  const height = ({ id }: LineageNode) => {
    const above = parents(id).flatMap(({ from }) => places.get(from)?.y ?? []);
    return above.length === 0 ? 0 : above.reduce((sum, y) => sum + y, 0) / above.length;
  };
  const leads = ({ id }: LineageNode) => edges.some(({ from }) => from === id);
  const own = nodes.filter((node) => node.kind === kind);
  const weight = (node: LineageNode) => Number(node.id === focus) * 2 + Number(leads(node));
  const all = unfolded.has(kind) || own.length <= shownFirst + 1;
  const kept = new Set(all ? own : own.toSorted((a, b) => weight(b) - weight(a)).slice(0, shownFirst));
  const shown = own.filter((node) => kept.has(node)).toSorted((a, b) => height(a) - height(b));
  const boxes = shown.map((node) => ({
    id: node.id,
    kind,
    node,
    folded: 0,
    canUnfold: false,
    from: parents(node.id).map(({ from }) => titleOf(from)),
  }));
  const hidden = own.length - shown.length;
  const folded = hidden + (left[kind] ?? 0);
  if (folded === 0) return boxes;
  return [...boxes, { id: `more:${kind}`, kind, folded, canUnfold: hidden > 0, from: [] }];
}

function linksOf(edges: readonly LineageEdge[], places: ReadonlyMap<string, Box>): Link[] {
  const links = new Map<string, Link>();
  for (const { from, to, label } of edges) {
    const [start, end] = [places.get(from), places.get(to)];
    if (!start || !end || start === end) continue;
    const key = `${start.id} ${end.id}`;
    links.set(key, { key, path: curve(start, end), label: end.node ? label : '' });
  }
  return [...links.values()];
}

function curve(start: Box, end: Box): string {
  const [x1, y1] = [start.x + boxWidth, start.y + boxHeight / 2];
  const [x2, y2] = [end.x - 5, end.y + boxHeight / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** The page of a node; undefined where it has none. */
export function addressOfNode({ kind, name, version }: LineageNode): string | undefined {
  if (name === null) return undefined;
  switch (kind) {
    case 'source':
      return undefined;
    case 'dataset':
      return address.dataset(name, version ?? undefined, 'lineage');
    case 'run':
      return address.run(name);
    case 'version':
      return address.package(name, version ?? undefined);
    case 'deployment':
      return address.deploy(name);
    case 'alert':
      return address.monitor(name);
  }
}

/** What a screen reader says of a box, with where it comes from and what is said of the way. */
export function boxInWords({ node, from }: Box, labels: readonly string[]): string {
  if (!node) return '';
  const facts = node.lines.join(', ');
  const origin = from.length === 0 ? '' : `; from ${from.join(', ')}`;
  const said = [...new Set(labels.filter(Boolean))];
  return `${node.title}, ${facts}${origin}${said.length === 0 ? '' : ` (${said.join(', ')})`}`;
}
