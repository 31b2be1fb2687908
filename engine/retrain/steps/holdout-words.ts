import { count } from '../../base/words.ts';
import type { RunDetail, Split } from '../../contract/train.ts';
import type { StepPhases } from '../step-tools.ts';

/** The holdout of a run: `every row whose position divides by 5 of ridership@4 from 2005-01-01 on`. */
export async function holdoutInWords({ phases }: StepPhases, { run, recipe }: RunDetail): Promise<string> {
  const { split, window } = recipe;
  if (split.kind === 'dataset') return splitInWords(split);
  const { dataset, number, rows } = await phases.train.rows(run.id);
  const which = window?.from === undefined ? `, all ${count(rows, 'row')}` : ` from ${window.from.slice(0, 10)} on`;
  return `${splitInWords(split)} of ${dataset.name}@${number}${which}`;
}

/** Which rows a split holds out. */
export function splitInWords(split: Split): string {
  switch (split.kind) {
    case 'dataset':
      return `all of ${split.reference.split('@', 1)[0]}`;
    case 'every-nth':
      return `every row whose position divides by ${split.every}`;
    case 'random':
      return `a random ${Math.round(100 * split.holdout)} %`;
    case 'time':
      return `the last ${Math.round(100 * split.holdout)} % by ${split.by}`;
    case 'group':
      return `${Math.round(100 * split.holdout)} % of the groups of ${split.by}`;
    case 'stratified':
      return `a random ${Math.round(100 * split.holdout)} % of each ${split.by}`;
    case 'column':
      return `the rows with ${split.values.join(' or ')} in ${split.by}`;
  }
}
