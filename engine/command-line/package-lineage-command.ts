import type { LineageGraph } from '../contract/package-lineage.ts';
import { type Command, usageError } from './command.ts';

export const packageLineageCommand: Command = {
  words: 'package lineage',
  usage: 'MODEL[@V] | --dataset NAME[@V]',
  summary: 'What a version or a dataset version comes from, and what came of it, down to deployments and alerts.',
  example: 'galley package lineage price@champion',
  flags: { dataset: { type: 'string' } },
  positionals: { minimum: 0, maximum: 1 },
  call: 'package.lineage',
  input: ([reference], { dataset }) => {
    if ((reference === undefined) === (dataset === undefined))
      throw usageError('package lineage takes a model version, or --dataset with a dataset version.');
    return reference === undefined ? { kind: 'dataset', reference: dataset } : { kind: 'version', reference };
  },
  print: lineageLines,
};

/** A line for each step, indented below what it comes from. */
export function lineageLines({ nodes, edges, left }: LineageGraph): string[] {
  const isBelow = new Set(edges.map(({ to }) => to));
  const told = new Set<string>();
  const lines: string[] = [];
  const tell = (id: string, depth: number, label: string) => {
    const node = nodes.find((one) => one.id === id);
    if (!node) return;
    const again = told.has(id) && edges.some(({ from }) => from === id);
    const facts = again ? 'as above' : node.lines.join(', ');
    lines.push(
      `${'  '.repeat(depth)}${node.title}${label === '' ? '' : ` [${label}]`}${facts === '' ? '' : ` (${facts})`}`,
    );
    if (again) return;
    told.add(id);
    for (const edge of edges.filter(({ from }) => from === id)) tell(edge.to, depth + 1, edge.label);
  };
  for (const { id } of nodes.filter((node) => !isBelow.has(node.id))) tell(id, 0, '');
  return [...lines, ...Object.entries(left).map(([kind, count]) => `and ${count} more ${kind}s`)];
}
