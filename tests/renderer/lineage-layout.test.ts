import { expect, test } from 'vitest';
import type { LineageGraph, LineageNode } from '../../engine/contract/package-lineage.ts';
import { addressOfNode, boxInWords, drawLineage } from '../../renderer/package/lineage/lineage-layout.ts';

function node(kind: LineageNode['kind'], id: string, version: number | null = null): LineageNode {
  return { id: `${kind}:${id}`, kind, title: id, lines: ['a fact'], name: id, version };
}

const edge = (from: string, to: string, label = '') => ({ from, to, label });

const runs = Array.from({ length: 20 }, (_, index) => node('run', `run ${index}`));
const graph: LineageGraph = {
  focus: 'dataset:sales',
  nodes: [node('dataset', 'sales', 3), ...runs, node('version', 'price', 1), node('version', 'price 2', 2)],
  edges: [
    ...runs.map(({ id }) => edge('dataset:sales', id)),
    edge('run:run 19', 'version:price'),
    edge('run:run 7', 'version:price 2'),
  ],
  left: { run: 40 },
};

test('columns stand in the order in which one comes of the other, each with its links', () => {
  const { columns, links, width } = drawLineage(graph, new Set());
  expect(columns.map(({ title }) => title)).toEqual(['Data', 'Runs', 'Versions']);
  expect(columns.map(({ x }) => x)).toEqual([0, 232, 464]);
  expect(width).toBe(640);
  expect(new Set(links.map(({ key }) => key)).size).toBe(links.length);
});

test('many of a kind are folded, and what leads on stays in sight', () => {
  const folded = drawLineage(graph, new Set()).columns[1];
  expect(folded?.boxes).toHaveLength(7);
  const shown = folded?.boxes.map(({ id }) => id) ?? [];
  expect(shown).toEqual(expect.arrayContaining(['run:run 19', 'run:run 7', 'more:run']));
  expect(folded?.boxes.at(-1)).toMatchObject({ folded: 54, canUnfold: true });
  expect(drawLineage(graph, new Set()).links.map(({ key }) => key)).toContain('dataset:sales more:run');
  const unfolded = drawLineage(graph, new Set(['run'])).columns[1];
  expect(unfolded?.boxes).toHaveLength(21);
  expect(unfolded?.boxes.at(-1)).toMatchObject({ folded: 40, canUnfold: false });
});

test('boxes stand beside what they come from', () => {
  const [, , versions] = drawLineage(graph, new Set(['run'])).columns;
  expect(versions?.boxes.map(({ id }) => id)).toEqual(['version:price 2', 'version:price']);
});

test('each box leads to its page and says where it comes from', () => {
  const pages = (['source', 'dataset', 'run', 'version', 'deployment', 'alert'] as const).map((kind) =>
    addressOfNode(node(kind, 'x', 2)),
  );
  expect(pages).toEqual([
    undefined,
    '#/data/x/2/lineage',
    '#/train/runs/x',
    '#/package/x/2',
    '#/deploy/x',
    '#/monitor/x',
  ]);
  expect(addressOfNode({ ...node('dataset', 'x'), name: null })).toBeUndefined();
  const box = drawLineage(graph, new Set()).columns[2]?.boxes[0];
  expect(box && boxInWords(box, ['serves it'])).toBe('price 2, a fact; from run 7 (serves it)');
});
