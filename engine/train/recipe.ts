import { canonicalJson, contentHash, type Json } from '../base/canonical-json.ts';
import type { Recipe } from '../contract/train.ts';

/** A recipe as it is stored: canonical JSON (RFC 8785). docs/formats.md describes its fields. */
export function recipeText(recipe: Recipe): string {
  return canonicalJson(recipe as unknown as Json);
}

/** `sha256:…` of the recipe's text: the same for the same work, on every machine. */
export function recipeHash(recipe: Recipe): string {
  return contentHash(recipeText(recipe));
}
