import { join } from 'node:path';
import type { CleaningRecipe, RecipePreview } from '../../contract/data-cleaning.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { RecipeInputs } from './recipe-inputs.ts';
import {
  type PreviewInput,
  type PreviewOrder,
  previewMilliseconds,
  previewRecipe,
  slowPreview,
} from './recipe-preview.ts';
import { recipeSql } from './recipe-text.ts';

/** What the process may take beyond the preview to end it by itself. */
const graceMilliseconds = 2000;

/**
 * A preview that disturbs nobody: SQL that somebody wrote runs in a process that can be ended at any time.
 * @throws GalleyError what `previewRecipe` throws, `call.canceled`
 */
export async function previewApart(
  context: EngineContext,
  inputs: RecipeInputs,
  recipe: CleaningRecipe,
  order: PreviewOrder,
  signal?: AbortSignal,
): Promise<RecipePreview> {
  const input: PreviewInput = { ...order, ...(await inputs.open(context)), version: inputs.source.number, recipe };
  if (recipeSql(recipe, '').length === 0)
    return previewRecipe(input, join(context.project.path, 'run', 'duckdb'), signal);
  const { milliseconds = previewMilliseconds } = order;
  const limit = { milliseconds: milliseconds + graceMilliseconds, error: () => slowPreview(milliseconds) };
  return context.jobs.aside({ kind: 'data.previewRecipe', input, limit, signal });
}
