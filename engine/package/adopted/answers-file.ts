import { readFileSync } from 'node:fs';
import { GalleyError } from '../../base/errors.ts';
import type { GivenAnswers } from '../../contract/package-adopted.ts';
import { parseCsv } from '../../serving/protocols/csv.ts';
import type { AdoptedModel } from '../../train/index.ts';
import { classNamed } from './class-names.ts';
import { unusable } from './given-answers.ts';

const mostRows = 10_000;

/**
 * Given answers of a CSV file: a column for each of the model's, and `prediction`, `label`, or a column a class.
 * @throws GalleyError `package.answers_unusable`
 */
export function answersOfFile(
  path: string,
  { classes, foreign }: Pick<AdoptedModel, 'classes' | 'foreign'>,
): GivenAnswers {
  const [first, ...lines] = parseCsv(textOf(path));
  const head = first?.map((name) => name ?? '');
  if (head === undefined || lines.length === 0) throw unusable(`${path} has no rows.`);
  if (lines.length > mostRows) throw unusable(`${path} has more than ${mostRows.toLocaleString('en-US')} rows.`);
  const rows = lines.map((cells) => Object.fromEntries(head.map((name, place) => [name, cells[place] || null])));
  const numbers = (names: readonly string[]) => rows.map((row) => names.map((name) => Number(row[name] ?? Number.NaN)));
  if (classes.length === 0) {
    if (!head.includes('prediction')) throw unusable(`${path} has no column "prediction".`);
    return { rows, outputs: numbers(['prediction']) };
  }
  const inputs = foreign.inputs.flatMap(({ columns }) => columns);
  const heads = classHeads(
    classes,
    head.filter((name) => !inputs.includes(name)),
  );
  const hasLabels = head.includes('label');
  if (heads === undefined && !hasLabels) {
    throw unusable(`${path} has neither a column "label" nor one of each class: ${classes.join(', ')}.`);
  }
  return {
    rows,
    ...(hasLabels && { labels: rows.map((row) => row.label ?? '') }),
    ...(heads && { outputs: numbers(heads), classes: [...classes] }),
  };
}

/** The column of each class, which may be written otherwise than in the dataset; undefined where one has none. */
function classHeads(classes: readonly string[], head: readonly string[]): string[] | undefined {
  const heads = classes.map((label) => head.find((name) => classNamed(name, classes) === label));
  return heads.includes(undefined) ? undefined : (heads as string[]);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `The given answers cannot be read: ${(cause as Error).message}.`;
    throw new GalleyError('package.answers_unusable', message, { details: { path }, cause });
  }
}
