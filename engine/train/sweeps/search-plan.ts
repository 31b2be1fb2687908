import type { SearchBudget, SearchMethod, SearchSpace } from '../../contract/train-sweeps.ts';
import type { TaskKind } from '../../contract/values.ts';
import type { Parameters } from '../learners/learner.ts';
import { findLearner } from '../learners/learners.ts';
import type { SearchedLearner } from './propose.ts';

/** How a search goes about it: everything but the data. */
export interface SearchPlan {
  kind: 'auto' | 'sweep';
  /** In the order of trying. */
  learners: {
    name: string;
    /** Complete. */
    parameters: Parameters;
    /** Names of parameters that their user fixed: not searched. */
    fixed: string[];
    /** Instead of the learner's own. */
    space?: SearchSpace;
  }[];
  method: SearchMethod;
  points: number;
  halving: boolean;
  blend: boolean;
  /** By the number of rows where absent. */
  folds?: number;
  /** How often the folds are drawn anew; once where absent. */
  repeats?: number;
  budget: SearchBudget;
  cores: number;
  /** Megabytes. */
  memory: number;
  metric?: string;
  seed: number;
}

/** The learners with the ranges that are searched, once the task is known. */
export function searchedLearners({ learners }: SearchPlan, task: TaskKind): SearchedLearner[] {
  return learners.map(({ name, parameters, fixed, space }) => {
    const ranges = Object.entries(space ?? findLearner(name).searchSpace?.(task).ranges ?? {});
    return { name, parameters, space: Object.fromEntries(ranges.filter(([range]) => !fixed.includes(range))) };
  });
}

const rowsOfFiveFolds = 50_000;

/** Folds where none were asked for: fewer where there are many rows, which tell enough. */
export function foldCount({ folds }: SearchPlan, rows: number): number {
  return folds ?? (rows <= rowsOfFiveFolds ? 5 : 3);
}

/** Values of rows x columns that a second of a thread is enough for, so that every learner gets its turn. */
const cellsPerSecond = 35_000;
const fewestSearchRows = 2000;

/**
 * How many training rows take part in the search where time is limited. The chosen ones are then fitted on all of them.
 * @param columns features before encoding.
 */
export function searchRows({ budget, cores }: SearchPlan, rows: number, columns: number): number {
  if (budget.seconds === undefined) return rows;
  const enough = Math.floor((budget.seconds * cores * cellsPerSecond) / Math.max(1, columns));
  return Math.min(rows, Math.max(fewestSearchRows, enough));
}
