import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GalleyError } from '../base/errors.ts';
import type { OutputOf } from '../contract/call.ts';
import type { dataCleaningCalls, RecipePreview, RecipeResult, StepReport } from '../contract/data-cleaning.ts';
import { type Command, given, numberFlag } from './command.ts';
import { table } from './table.ts';

function recipeFile(path: unknown): string | undefined {
  if (typeof path !== 'string') return undefined;
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (cause) {
    throw new GalleyError('data.file_not_found', `The file ${path} cannot be read.`, { details: { path }, cause });
  }
}

function reportLines(steps: readonly StepReport[]): string[] {
  return table(
    ['step', 'rows in', 'rows out', 'cells changed', ''],
    steps.map(({ step, rowsIn, rowsOut, cells, counts }) => [
      step + 1,
      rowsIn,
      rowsOut,
      cells,
      counts
        .filter(({ count }) => count > 0)
        .map(({ what, count }) => `${count.toLocaleString('en-US')} ${what}`)
        .join('; '),
    ]),
  );
}

function previewLines({ looked, steps, columns, rows, failure }: RecipePreview): string[] {
  return [
    `From ${looked.rows.toLocaleString('en-US')} of ${looked.of.toLocaleString('en-US')} rows:`,
    ...reportLines(steps),
    ...(failure ? ['', failure.error.message] : []),
    '',
    ...table(
      columns.map(({ name }) => name),
      rows.map((row) => row.map((value) => (value === null ? '' : String(value)))),
    ),
  ];
}

function resultLines({ dataset, version, rows, unchanged, steps }: RecipeResult): string[] {
  const made = `${dataset}, version ${version}: ${rows.toLocaleString('en-US')} rows.`;
  return [unchanged ? `${dataset} is unchanged: version ${version}.` : made, '', ...reportLines(steps)];
}

const isPreview = (answer: RecipePreview | RecipeResult): answer is RecipePreview => 'looked' in answer;

/** @param answer `trusted` is not there where it was just trusted */
export function trustLines(answer: OutputOf<typeof dataCleaningCalls.trust> & { trusted?: boolean }): string[] {
  const { texts, actions, trusted = true } = answer;
  return [
    ...texts.map(({ file, place, sql }) => `${file}, ${place}: ${sql}`),
    ...actions.map(({ place, does, needs }) => `${place} ${does}${needs === null ? '' : ` (not yet: ${needs})`}`),
    trustLine(texts.length + actions.length > 0, trusted),
  ];
}

function trustLine(holdsSome: boolean, trusted: boolean): string {
  if (!trusted)
    return holdsSome ? 'Nothing of this runs before: galley trust' : 'The project holds nothing that would run.';
  return holdsSome
    ? 'The project is trusted: this may run, but for what is not yet.'
    : 'The project holds nothing that would run; it is trusted.';
}

export const dataCleaningCommands: Command[] = [
  {
    words: 'data clean',
    usage: 'NAME [--recipe FILE.yaml] [--preview N]',
    summary:
      'Runs the cleaning recipe NAME; a file is kept as recipes/NAME.yaml first. --preview shows N rows and keeps nothing.',
    example: 'galley data clean rides --recipe rides.yaml',
    flags: { recipe: { type: 'string' }, preview: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: (flags) => (flags.preview === undefined ? 'data.runRecipe' : 'data.previewRecipe'),
    input: ([name], flags) => given({ name, text: recipeFile(flags.recipe), limit: numberFlag(flags, 'preview') }),
    print: (answer: RecipePreview | RecipeResult) => (isPreview(answer) ? previewLines(answer) : resultLines(answer)),
  },
  {
    words: 'data recipes',
    usage: '',
    summary: 'All cleaning recipes.',
    example: 'galley data recipes',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'data.recipes',
    input: () => ({}),
    print: ({ recipes }: OutputOf<typeof dataCleaningCalls.recipes>) =>
      recipes.length === 0
        ? ['No recipe yet. Write one (docs/formats.md) and run it with: galley data clean NAME --recipe FILE.yaml']
        : table(
            ['recipe', 'from', 'to', 'steps', 'last run', ''],
            recipes.map(({ name, from, to, steps, lastRun, stale, problem, trusted }) => [
              name,
              from,
              to,
              steps,
              lastRun?.at ?? 'never',
              problem?.message ?? (trusted ? (stale ? 'sources or steps have changed' : '') : 'SQL not trusted yet'),
            ]),
          ),
  },
  {
    words: 'data recipe',
    usage: 'NAME',
    summary: 'A cleaning recipe as its file has it.',
    example: 'galley data recipe rides',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.recipe',
    input: ([name]) => ({ name }),
    print: ({ recipe }: OutputOf<typeof dataCleaningCalls.recipe>) => [recipe.text.trimEnd()],
  },
  {
    words: 'trust',
    usage: '[--look]',
    summary: 'Shows the SQL and what else the project would run, and lets it from now on; --look only shows it.',
    example: 'galley trust --look',
    flags: { look: { type: 'boolean' } },
    positionals: { minimum: 0, maximum: 0 },
    call: (flags) => (flags.look ? 'data.sqlTexts' : 'data.trust'),
    input: () => ({}),
    print: trustLines,
  },
];
