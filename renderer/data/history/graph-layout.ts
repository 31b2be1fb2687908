import type { HistoryVersion } from '../../../engine/contract/data-history.ts';

/** Pixels of a row and of a lane. */
export const rowHeight = 44;
export const laneWidth = 20;

export interface GraphPoint {
  x: number;
  y: number;
}

export interface GraphEdge {
  key: string;
  path: string;
  /** False where it leads to another dataset. */
  isOwn: boolean;
}

export interface GraphLayout {
  /** In the order of the rows. */
  points: GraphPoint[];
  edges: GraphEdge[];
  width: number;
}

/**
 * Places versions, newest first, one a row: the dataset's own on the first lane, those of each other dataset on a lane of
 * their own. An edge turns into the lane of its parent right below the child, as histories are drawn.
 */
export function layoutGraph(versions: readonly HistoryVersion[], dataset: string): GraphLayout {
  const lanes = [dataset, ...new Set(versions.map((version) => version.dataset).filter((name) => name !== dataset))];
  const points = versions.map((version, row) => ({
    x: laneWidth * (lanes.indexOf(version.dataset) + 0.5),
    y: rowHeight * (row + 0.5),
  }));
  const rowOf = new Map(versions.map(({ id }, row) => [id, row]));
  const edges = versions.flatMap((version, row) =>
    version.parents.flatMap((parent): GraphEdge[] => {
      const [from, to] = [points[row], points[rowOf.get(parent) ?? -1]];
      if (!from || !to) return [];
      const isOwn = version.dataset === versions[rowOf.get(parent) ?? -1]?.dataset;
      return [{ key: `${version.id} ${parent}`, path: edgePath(from, to), isOwn }];
    }),
  );
  return { points, edges, width: laneWidth * lanes.length };
}

function edgePath(child: GraphPoint, parent: GraphPoint): string {
  if (child.x === parent.x) return `M${child.x} ${child.y}V${parent.y}`;
  const turn = child.y + Math.sign(parent.y - child.y) * rowHeight;
  const middle = (child.y + turn) / 2;
  return `M${child.x} ${child.y}C${child.x} ${middle} ${parent.x} ${middle} ${parent.x} ${turn}V${parent.y}`;
}
