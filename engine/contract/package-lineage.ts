import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { Nullable } from './values.ts';

/** In the order in which one comes of the other. */
export const lineageKinds = ['source', 'dataset', 'run', 'version', 'deployment', 'alert'] as const;

export const LineageNode = Type.Object({
  /** `run:run_…`; unique in a graph. */
  id: Type.String(),
  kind: Type.Enum([...lineageKinds]),
  title: Type.String(),
  lines: Type.Array(Type.String()),
  /** What its page goes by: the name of a dataset, a model or a deployment, the id of a run; null where it has no page. */
  name: Nullable(Type.String()),
  /** Of a dataset or a model, and the one that an alert is about. */
  version: Nullable(Type.Integer()),
});
export type LineageNode = Static<typeof LineageNode>;

export const LineageEdge = Type.Object({
  from: Type.String(),
  to: Type.String(),
  /** `serves it`, `held out`; '' where it says nothing. */
  label: Type.String(),
});
export type LineageEdge = Static<typeof LineageEdge>;

export const LineageGraph = Type.Object({
  /** Id of the node that was asked for. */
  focus: Type.String(),
  nodes: Type.Array(LineageNode),
  edges: Type.Array(LineageEdge),
  /** Nodes by kind that are left out because there are too many. */
  left: Type.Record(Type.String(), Type.Integer()),
});
export type LineageGraph = Static<typeof LineageGraph>;

export const packageLineageCalls = {
  lineage: query(
    'package.lineage',
    'What a model version or a dataset version comes from, and what came of it, down to deployments and alerts.',
    Type.Object({ kind: Type.Enum(['version', 'dataset']), reference: Type.String({ minLength: 1, maxLength: 300 }) }),
    LineageGraph,
  ),
};
