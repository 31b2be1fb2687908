import { canonicalJson, contentHash, type Json } from '../base/canonical-json.ts';
import type { Recipe } from '../contract/train.ts';
import type { LearningOptions } from '../contract/train-features.ts';

/** What a recipe says of features and weights: only what was asked for, so that recipes without it stay as they were. */
export function learningOptionsOf(from: LearningOptions): LearningOptions {
  const { columns, interactions, targetTransform, weights } = from;
  return {
    ...(columns && Object.keys(columns).length > 0 && { columns }),
    ...(interactions && interactions.length > 0 && { interactions }),
    ...(targetTransform && { targetTransform }),
    ...(weights && Object.keys(weights).length > 0 && { weights }),
  };
}

/** A recipe as it is stored: canonical JSON (RFC 8785). docs/formats.md describes its fields. */
export function recipeText(recipe: Recipe): string {
  return canonicalJson(recipe as unknown as Json);
}

/** `sha256:…` of the recipe's text: the same for the same work, on every machine. */
export function recipeHash(recipe: Recipe): string {
  return contentHash(recipeText(recipe));
}
