import type { PlacedNode } from './graph-layout.ts';

/** Arrow keys by the direction that they lead to. */
const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** How much further away something to the side counts than something ahead. */
const sideways = 3;

/** The node that an arrow key leads to: the nearest in its direction; undefined for other keys and at the edge. */
export function nextNode(nodes: readonly PlacedNode[], from: string, key: string): string | undefined {
  const direction = directions[key];
  const start = nodes.find(({ id }) => id === from);
  if (direction === undefined || start === undefined) return undefined;
  const [right, down] = direction;
  let nearest: { id: string; distance: number } | undefined;
  for (const { id, x, y } of nodes) {
    const [across, along] = [x - start.x, y - start.y];
    const ahead = across * right + along * down;
    if (ahead <= 0 || id.startsWith('trigger:') || (right === 0 && across !== 0)) continue;
    const distance = ahead + sideways * Math.abs(right === 0 ? across : along);
    if (nearest === undefined || distance < nearest.distance) nearest = { id, distance };
  }
  return nearest?.id;
}
