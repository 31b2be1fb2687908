import type { TextSettings } from '../../../engine/contract/train-features.ts';

type Terms = NonNullable<TextSettings['terms']>;

/**
 * Fewest and most tokens in a term after one of them was typed: the other one follows where it would lie on the wrong side.
 * An emptied field takes both back.
 */
export function changedTerms(before: Terms | undefined, change: Partial<Terms>): Terms | undefined {
  const { shortest, longest } = change;
  if (shortest !== undefined) return { shortest, longest: Math.max(shortest, before?.longest ?? shortest) };
  if (longest !== undefined) return { shortest: Math.min(longest, before?.shortest ?? longest), longest };
  return undefined;
}
