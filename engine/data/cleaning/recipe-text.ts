import { type Document, isNode, LineCounter, parseDocument, stringify } from 'yaml';
import { type Json, jsonHash } from '../../base/canonical-json.ts';
import { GalleyError } from '../../base/errors.ts';
import type { CleaningRecipe } from '../../contract/data-cleaning.ts';
import type { SqlText } from '../../store/trust.ts';
import { withComments } from '../yaml-comments.ts';
import { checkRecipe, type RecipeFault } from './recipe-check.ts';

/** A recipe and where its steps begin in the file. */
export interface ReadRecipe {
  recipe: CleaningRecipe;
  /** Line of each step, from 1. */
  lines: number[];
}

interface PlacedFault extends RecipeFault {
  line?: number;
}

function invalid(file: string, faults: PlacedFault[]): GalleyError {
  const [first] = faults;
  const where = first?.line === undefined ? '' : `, line ${first.line}`;
  const path = first && first.path.length > 0 ? ` (${pathWords(first.path)})` : '';
  const more = faults.length > 1 ? ` There are ${faults.length - 1} more faults.` : '';
  return new GalleyError(
    'data.invalid_recipe',
    `${file}${where}${path}: ${first?.message ?? 'cannot be read'}.${more}`.replace(/\.\.$/, '.').replace('?.', '?'),
    {
      details: {
        file,
        ...(first?.line === undefined ? {} : { line: first.line }),
        faults: faults.map(({ path: place, message, line }) => ({ path: pathWords(place), message, line })),
      },
    },
  );
}

/** `steps[3].columns` with steps counted from 1, as people do. */
function pathWords(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part + 1}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

/** Line of the node at a path, or of the nearest one above it. */
function lineOf(document: Document, counter: LineCounter, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
  }
  return undefined;
}

/**
 * Reads a recipe file.
 * @param file as messages name it
 * @throws GalleyError `data.invalid_recipe` with line and path of every fault in `details.faults`
 */
export function readRecipe(text: string, file: string): ReadRecipe {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, version: '1.2', schema: 'core', uniqueKeys: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const [message = ''] = problem.message.split('\n');
    throw invalid(file, [
      { path: [], message: message.replace(/ at line.*$/, ''), line: problem.linePos?.[0].line ?? 1 },
    ]);
  }
  const checked = checkRecipe(contentOf(document, file));
  if ('faults' in checked)
    throw invalid(
      file,
      checked.faults.map((fault) => ({ ...fault, line: lineOf(document, counter, fault.path) })),
    );
  const lines = checked.recipe.steps.map((_, index) => lineOf(document, counter, ['steps', index]) ?? 1);
  return { recipe: checked.recipe, lines };
}

function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw invalid(file, [{ path: [], message: 'anchors and aliases (& and *) have no place in a recipe' }]);
  }
}

/** Checks a recipe that did not come from a file. @throws GalleyError `data.invalid_recipe` */
export function recipeOf(value: { onNewVersion: string; [member: string]: unknown }, file: string): CleaningRecipe {
  const { onNewVersion, ...rest } = value;
  const checked = checkRecipe({ ...rest, on_new_version: onNewVersion });
  if ('faults' in checked) throw invalid(file, checked.faults);
  return checked.recipe;
}

/**
 * A recipe as its file says it: members in a fixed order, one step after the other.
 * @param before the text of the file until now, whose comments stay
 */
export function recipeText(recipe: CleaningRecipe, before?: string): string {
  const { format, from, to, onNewVersion, steps } = recipe;
  const body = { format, from, to, on_new_version: onNewVersion, steps };
  return withComments(before, body, stringify(body, { lineWidth: 120, schema: 'core', aliasDuplicateObjects: false }));
}

/** `sha256:…` of what a recipe says, however its file is written. */
export function recipeHash(recipe: CleaningRecipe): string {
  return jsonHash(recipe as unknown as Json);
}

/** The SQL in a recipe, also of steps that are off. */
export function recipeSql(recipe: CleaningRecipe, file: string): SqlText[] {
  return recipe.steps.flatMap((step, index) => {
    const sql = step.kind === 'derive' || step.kind === 'filter' ? step.sql : undefined;
    return sql === undefined ? [] : [{ file, place: `steps[${index + 1}] (${step.kind})`, sql }];
  });
}
