import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { branchModes, writeTreeEnsemble } from '../../base/onnx/tree-ensemble.ts';
import { damagedFile, unsupportedModel } from './file-faults.ts';

/** Beyond this, ONNX Runtime's loader, which goes down a tree by recursion, may run out of its stack. */
const mostDepth = 2000;
const mostNodes = 5_000_000;
/** ONNX Runtime makes a comparison of each member of a set. */
const mostMembers = 20_000_000;

export type TreeNode = { leaf: number } | TreeBranch;

export interface TreeBranch {
  feature: number;
  /** True where the value is at most, or less than, the split, or one of the members. */
  test: { lessOrEqual: number } | { less: number } | { members: readonly number[] };
  missingTrue: boolean;
  /** Numbers of nodes. */
  whenTrue: number;
  whenFalse: number;
}

/** A tree as its file has it. Node 0 is where it begins. */
export interface SourceTree {
  /** In the file, for errors. */
  place: string;
  /** How many nodes there are. */
  size: number;
  node(number: number): TreeNode;
}

type Child = { id: number; isLeaf: number };

/** Gathers the trees of a file for one TreeEnsemble node. */
export class TreeCollector {
  readonly #roots: number[] = [];
  readonly #features: number[] = [];
  readonly #modes: number[] = [];
  readonly #splits: number[] = [];
  readonly #children: { true: Child; false: Child }[] = [];
  readonly #missingTrue: number[] = [];
  readonly #members: number[] = [];
  readonly #leafTargets: number[] = [];
  readonly #leafWeights: number[] = [];

  /**
   * @param target the score that the tree's leaves add to.
   * @throws GalleyError `package.model_file_damaged` where the nodes are no tree, `package.model_file_unsupported` where
   * it is too deep or too large.
   */
  add(tree: SourceTree, target: number): void {
    const seen = new Uint8Array(tree.size);
    const first = tree.node(0);
    if ('leaf' in first) {
      const leaf = this.#addLeaf(first.leaf, target);
      const always: TreeBranch = {
        feature: 0,
        test: { lessOrEqual: 0 },
        missingTrue: false,
        whenTrue: 0,
        whenFalse: 0,
      };
      this.#roots.push(this.#addBranch(always, tree.place));
      this.#children.push({ true: leaf, false: leaf });
      return;
    }
    this.#roots.push(this.#addBranch(first, tree.place));
    this.#children.push(unknownChildren());
    seen[0] = 1;
    const waiting = [{ place: this.#children.length - 1, branch: first, depth: 1 }];
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      const { place, branch, depth } = entry;
      if (depth > mostDepth) throw unsupportedModel(`A tree that is more than ${mostDepth} nodes deep (${tree.place})`);
      for (const side of ['false', 'true'] as const) {
        const number = side === 'true' ? branch.whenTrue : branch.whenFalse;
        if (seen[number] !== 0) {
          const fault = number < tree.size ? `node ${number} has two parents` : `there is no node ${number}`;
          throw damagedFile(tree.place, fault);
        }
        seen[number] = 1;
        const node = tree.node(number);
        const children = this.#children[place] as { true: Child; false: Child };
        if ('leaf' in node) {
          children[side] = this.#addLeaf(node.leaf, target);
        } else {
          children[side] = { id: this.#addBranch(node, tree.place), isLeaf: 0 };
          this.#children.push(unknownChildren());
          waiting.push({ place: this.#children.length - 1, branch: node, depth: depth + 1 });
        }
      }
    }
  }

  /** @returns double [N, targets]: the sums of the trees' leaves. */
  write(builder: GraphBuilder, columns: string, targets: number): string {
    const sides = (side: 'true' | 'false', field: keyof Child) =>
      Int32Array.from(this.#children, (children) => children[side][field]);
    return writeTreeEnsemble(
      builder,
      columns,
      targets,
      {
        roots: this.#roots,
        features: this.#features,
        modes: Uint8Array.from(this.#modes),
        splits: Float64Array.from(this.#splits),
        trueIds: sides('true', 'id'),
        trueLeafs: sides('true', 'isLeaf'),
        falseIds: sides('false', 'id'),
        falseLeafs: sides('false', 'isLeaf'),
        missingTrue: this.#missingTrue,
        members: this.#members,
      },
      { targets: this.#leafTargets, weights: Float64Array.from(this.#leafWeights) },
    );
  }

  #addLeaf(weight: number, target: number): Child {
    this.#leafTargets.push(target);
    return { id: this.#leafWeights.push(weight) - 1, isLeaf: 1 };
  }

  /** @returns its number among the inner nodes. */
  #addBranch({ feature, test, missingTrue }: TreeBranch, place: string): number {
    if (this.#features.length >= mostNodes)
      throw unsupportedModel(`A model of more than ${mostNodes} splits (${place})`);
    this.#missingTrue.push(Number(missingTrue));
    if ('members' in test && test.members.length > 0) {
      this.#modes.push(branchModes.member);
      this.#splits.push(0);
      for (const member of test.members) this.#members.push(member);
      this.#members.push(Number.NaN);
      if (this.#members.length > mostMembers)
        throw unsupportedModel(`A model whose splits by categories have more than ${mostMembers} members (${place})`);
    } else if ('lessOrEqual' in test) {
      this.#modes.push(branchModes.lessOrEqual);
      this.#splits.push(test.lessOrEqual);
    } else {
      this.#modes.push(branchModes.less);
      // No value is in an empty set, and none is less than this.
      this.#splits.push('less' in test ? test.less : Number.NEGATIVE_INFINITY);
    }
    return this.#features.push(feature) - 1;
  }
}

function unknownChildren(): { true: Child; false: Child } {
  return { true: { id: -1, isLeaf: 0 }, false: { id: -1, isLeaf: 0 } };
}
