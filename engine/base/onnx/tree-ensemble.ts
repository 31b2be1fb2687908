import type { GraphBuilder } from './graph-builder.ts';

/** What a node asks of its feature, as ai.onnx.ml 5 numbers it. */
export const branchModes = { lessOrEqual: 0, less: 1, member: 6 } as const;
const sum = 1;

/** The inner nodes of all trees, side by side. A tree that is one leaf is a node with that leaf on both sides. */
export interface TreeNodes {
  /** The node that each tree begins with. */
  roots: readonly number[];
  features: ArrayLike<number>;
  modes: Uint8Array;
  splits: Float64Array;
  trueIds: ArrayLike<number>;
  /** 1 where the id of the true side is that of a leaf. */
  trueLeafs: ArrayLike<number>;
  falseIds: ArrayLike<number>;
  falseLeafs: ArrayLike<number>;
  /** 1 where a missing value is true. */
  missingTrue: ArrayLike<number>;
  /** The sets of nodes of mode `member` in turn, each ended by NaN. */
  members: readonly number[];
}

/** The leaves of all trees: each adds a weight to one target. */
export interface TreeLeaves {
  targets: ArrayLike<number>;
  weights: Float64Array;
}

/**
 * Adds a TreeEnsemble node (ai.onnx.ml 5).
 * @param columns double [N, features].
 * @returns double [N, targets]: the sums of the leaves' weights.
 */
export function writeTreeEnsemble(
  builder: GraphBuilder,
  columns: string,
  targets: number,
  nodes: TreeNodes,
  leaves: TreeLeaves,
): string {
  return builder.node(
    'TreeEnsemble',
    [columns],
    {
      aggregate_function: { integer: sum },
      post_transform: { integer: 0 },
      n_targets: { integer: targets },
      tree_roots: { integers: nodes.roots },
      nodes_featureids: { integers: nodes.features },
      nodes_modes: { tensor: { type: 'uint8', shape: [nodes.modes.length], values: nodes.modes } },
      nodes_splits: { tensor: { type: 'double', shape: [nodes.splits.length], values: nodes.splits } },
      nodes_truenodeids: { integers: nodes.trueIds },
      nodes_trueleafs: { integers: nodes.trueLeafs },
      nodes_falsenodeids: { integers: nodes.falseIds },
      nodes_falseleafs: { integers: nodes.falseLeafs },
      nodes_missing_value_tracks_true: { integers: nodes.missingTrue },
      leaf_targetids: { integers: leaves.targets },
      leaf_weights: { tensor: { type: 'double', shape: [leaves.weights.length], values: leaves.weights } },
      ...(nodes.members.length > 0
        ? {
            membership_values: {
              tensor: { type: 'double', shape: [nodes.members.length], values: Float64Array.from(nodes.members) },
            },
          }
        : {}),
    },
    { domain: 'ai.onnx.ml' },
  );
}
