import type { CategoryValue } from './feature-columns.ts';
import { damagedFile } from './file-faults.ts';
import type { FileFields } from './file-fields.ts';

export interface CategoryNames {
  /** Of each feature: in the order of their codes; null where it is a number or the file does not tell them. */
  categories: (CategoryValue[] | null)[];
  notes: string[];
}

/** @param model of trees, which has the categories since 3.1 as `cats`; before, files have codes alone. */
export function readCategoryNames(model: FileFields | undefined, featureNames: readonly string[]): CategoryNames {
  const columns = model?.has('cats') ? model.object('cats').objects('enc') : [];
  if (columns.length === 0) return { categories: featureNames.map(() => null), notes: [] };
  if (columns.length !== featureNames.length) {
    const fault = `${columns.length} columns stand there for ${featureNames.length} features`;
    throw damagedFile('learner.gradient_booster.model.cats.enc', fault);
  }
  const notes: string[] = [];
  const categories = columns.map((column, feature) => {
    const names = column.has('offsets') ? readTexts(column) : [...column.numbers('values')];
    if (names === undefined) {
      notes.push(
        `The file does not tell the categories of ${JSON.stringify(featureNames[feature])}: XGBoost breaks names that have letters beyond ASCII. The feature takes the category's code, beginning with 0.`,
      );
    }
    return names === undefined || names.length === 0 ? null : names;
  });
  return { categories, notes };
}

/**
 * Texts as one list of bytes and where each begins. XGBoost (3.2) counts letters there, not bytes, and cuts the list off by
 * the difference.
 * @returns undefined where there are letters of several bytes.
 */
function readTexts(column: FileFields): string[] | undefined {
  const bytes = column.numbers('values', { integer: true, minimum: -128, below: 256 });
  const offsets = column.numbers('offsets', { integer: true, minimum: 0, below: bytes.length + 1 });
  if (bytes.some((byte) => byte < 0 || byte > 127)) return undefined;
  const text = Buffer.from(bytes).toString('latin1');
  return Array.from(offsets.subarray(1), (end, place) => text.slice(offsets[place], end));
}
