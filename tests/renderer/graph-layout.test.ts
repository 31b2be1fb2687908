import { expect, test } from 'vitest';
import { type GraphItem, layoutGraph, nodeHeight } from '../../renderer/retrain/graph-layout.ts';
import { nextNode } from '../../renderer/retrain/graph-steps.ts';

const chain = (count: number): GraphItem[] =>
  Array.from({ length: count }, (_, index) => ({ id: `s${index}`, needs: index === 0 ? [] : [`s${index - 1}`] }));

const diamond: GraphItem[] = [
  { id: 'rows', needs: [] },
  { id: 'linear', needs: ['rows'] },
  { id: 'trees', needs: ['rows'] },
  { id: 'compare', needs: ['linear', 'trees', 'rows'] },
];

const placesOf = (items: readonly GraphItem[], room?: number) => {
  const layout = layoutGraph(items, room);
  return { ...layout, at: new Map(layout.nodes.map((node) => [node.id, node])) };
};

test('a step stands right of all that it needs, and no two touch', () => {
  const items = [...diamond, ...chain(4), { id: 'late', needs: ['s3', 'rows'] }];
  const { at, nodes, width, height, nodeWidth } = placesOf(items);
  for (const { id, needs } of items)
    for (const need of needs) expect(at.get(id)?.x).toBeGreaterThanOrEqual((at.get(need)?.x ?? 0) + nodeWidth);
  for (const one of nodes) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.y).toBeGreaterThanOrEqual(-0.001);
    expect(one.x + nodeWidth).toBeLessThanOrEqual(width);
    expect(one.y + nodeHeight).toBeLessThanOrEqual(height + 0.001);
    for (const other of nodes)
      if (one !== other && one.x === other.x) expect(Math.abs(one.y - other.y)).toBeGreaterThanOrEqual(nodeHeight);
  }
});

test('a chain is one level line, and what splits joins again in its middle', () => {
  expect(new Set(layoutGraph(chain(6)).nodes.map(({ y }) => Math.round(y))).size).toBe(1);
  const { at } = placesOf(
    diamond.map(({ id, needs }) => ({ id, needs: needs.filter((need) => need !== 'rows' || id !== 'compare') })),
  );
  const middle = ((at.get('linear')?.y ?? 0) + (at.get('trees')?.y ?? 0)) / 2;
  expect(at.get('compare')?.y).toBeCloseTo(middle);
  expect(at.get('rows')?.y).toBeCloseTo(middle);
});

test('neighbours are put side by side, so that edges do not cross', () => {
  const items: GraphItem[] = [
    ...['a', 'b', 'c'].map((id) => ({ id, needs: [] })),
    ...['c', 'a', 'b'].map((need) => ({ id: `of ${need}`, needs: [need] })),
  ];
  const { at } = placesOf(items);
  const order = (ids: string[]) => ids.toSorted((one, other) => (at.get(one)?.y ?? 0) - (at.get(other)?.y ?? 0));
  expect(order(['of a', 'of b', 'of c'])).toEqual(order(['a', 'b', 'c']).map((id) => `of ${id}`));
});

test('an edge that passes columns by keeps clear of the nodes in them', () => {
  const { edges, at, nodeWidth } = placesOf(diamond);
  const passing = edges.find(({ from, to }) => from === 'rows' && to === 'compare')?.path ?? '';
  const level = [...passing.matchAll(/ ([\d.]+)H/g)].map((match) => Number(match[1]));
  expect(level).toHaveLength(1);
  for (const id of ['linear', 'trees']) {
    const y = at.get(id)?.y ?? 0;
    expect((level[0] as number) < y || (level[0] as number) > y + nodeHeight).toBe(true);
  }
  expect(passing.startsWith(`M${(at.get('rows')?.x ?? 0) + nodeWidth} `)).toBe(true);
});

test('nodes grow into the room that there is, within bounds', () => {
  const widths = [0, 900, 5000].map((room) => layoutGraph(chain(6), room).nodeWidth);
  expect(widths).toEqual(widths.toSorted((one, other) => one - other));
  expect(layoutGraph(chain(6), 1000).width).toBeLessThanOrEqual(1000);
  expect(layoutGraph([])).toMatchObject({ nodes: [], edges: [], width: 0, height: 0 });
});

test('a circle and a need that is not there are drawn as far as they can be', () => {
  const { nodes, edges } = layoutGraph([
    { id: 'a', needs: ['b', 'gone'] },
    { id: 'b', needs: ['a'] },
  ]);
  expect(nodes).toHaveLength(2);
  expect(edges).toHaveLength(1);
});

test('five hundred steps are laid out with room for each', () => {
  const items = [
    { id: 'rows', needs: [] },
    ...Array.from({ length: 498 }, (_, index) => ({ id: `fit ${index}`, needs: ['rows'] })),
    { id: 'best', needs: Array.from({ length: 498 }, (_, index) => `fit ${index}`) },
  ];
  const { nodes, edges, height } = layoutGraph(items);
  expect(new Set(nodes.map(({ x, y }) => `${x} ${Math.round(y)}`)).size).toBe(500);
  expect(edges).toHaveLength(996);
  expect(height).toBeGreaterThanOrEqual(498 * nodeHeight);
});

test('arrow keys lead to the nearest step in their direction, never to what starts the pipeline', () => {
  const { nodes } = layoutGraph([{ id: 'trigger:hand', needs: [] }, ...diamond.map((item) => ({ ...item, rank: 1 }))]);
  const [upper, lower] = ['linear', 'trees'].toSorted(
    (one, other) => (nodes.find(({ id }) => id === one)?.y ?? 0) - (nodes.find(({ id }) => id === other)?.y ?? 0),
  ) as [string, string];
  expect(['linear', 'trees']).toContain(nextNode(nodes, 'rows', 'ArrowRight'));
  expect(nextNode(nodes, upper, 'ArrowDown')).toBe(lower);
  expect(nextNode(nodes, lower, 'ArrowUp')).toBe(upper);
  expect(nextNode(nodes, 'compare', 'ArrowRight')).toBeUndefined();
  expect(nextNode(nodes, 'rows', 'ArrowLeft')).toBeUndefined();
  expect(nextNode(nodes, 'rows', 'Enter')).toBeUndefined();
});
