import type { RecipePreview } from '../../contract/data-cleaning.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { type PreviewInput, previewRecipe } from './recipe-preview.ts';

/** A preview in a process of its own. */
export function runRecipePreviewJob(input: PreviewInput, job: JobContext): Promise<RecipePreview> {
  return previewRecipe(input, job.stagingFolder);
}
