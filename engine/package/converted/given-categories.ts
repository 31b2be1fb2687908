import type { CategoryValue } from './feature-columns.ts';
import { damagedFile } from './file-faults.ts';

/** Of each feature its categories in the order of their codes, or null. */
export type GivenCategories = (CategoryValue[] | null)[];

/**
 * What `adopt.py` adds to a file whose library keeps codes alone: JSON, a list of categories or null for each feature.
 * @throws GalleyError `package.model_file_damaged`
 */
export function parseGivenCategories(text: string, features: number): GivenCategories {
  const lists = parsed(text);
  const isList = (list: unknown) => list === null || (Array.isArray(list) && list.every(isCategory));
  if (Array.isArray(lists) && lists.length === features && lists.every(isList)) return lists;
  throw damagedFile('galley_categories', `no list of categories for each of ${features} features stands there`);
}

export function isCategory(value: unknown): value is CategoryValue {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
