import type { CleaningRecipe, RecipePreview } from '../../contract/data-cleaning.ts';
import type { Marks } from '../../contract/data-privacy.ts';
import { marksThrough } from '../privacy/marks-through-steps.ts';
import { maskedRows, withoutQuotes } from '../privacy/masked-answers.ts';
import type { DataStore } from '../store.ts';
import { parseReference } from '../versions/references.ts';

/**
 * A preview with dots in columns that the source, a joined dataset or the one that is made has marked, and in what is made of
 * them. Where there are any, the message of a step that failed shows no values either.
 */
export function maskedRecipePreview(store: DataStore, recipe: CleaningRecipe, preview: RecipePreview): RecipePreview {
  const marksOf = (reference: string): Marks => {
    const dataset = store.dataset(parseReference(reference).name);
    return dataset ? store.marks.marks(dataset.id) : {};
  };
  const steps = recipe.steps.slice(0, preview.shown + 1);
  const marks = { ...marksOf(recipe.to), ...marksThrough(steps, marksOf(recipe.from), marksOf) };
  if (Object.keys(marks).length === 0) return preview;
  const { failure } = preview;
  return {
    ...preview,
    rows: maskedRows(preview.columns, preview.rows, marks),
    failure: failure && {
      ...failure,
      error: { ...failure.error, message: withoutQuotes(failure.error.message), details: {} },
    },
  };
}
