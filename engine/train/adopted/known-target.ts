import { frameKind } from '../../base/frame.ts';
import type { AdoptedRecipe, Recipe } from '../../contract/train.ts';
import type { ReadableVersion } from '../../data/index.ts';
import { inOrder, type KnownTarget } from '../task.ts';

/** What the target is for a model from elsewhere. */
export function knownTargetOf(
  { mapping }: Pick<AdoptedRecipe, 'mapping'>,
  { version, target }: { version: Pick<ReadableVersion, 'schema'> } & Pick<Recipe, 'target'>,
): KnownTarget {
  const type = version.schema.find(({ name }) => name === target)?.type ?? 'text';
  return { task: mapping.task, classes: inOrder(mapping.classes, { kind: frameKind(type) }) };
}
