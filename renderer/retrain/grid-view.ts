import type { ListedRun, ListedStep } from '../../engine/contract/retrain.ts';
import { mostCopies } from './graph-view.ts';
import { countInWords, stateOfAll } from './run-steps.ts';
import { type StepStatus, statusWord, stepInWords, stepOfTask } from './step-words.ts';

/** A row of the grid: one task, or the copies of a step that has many. */
export interface GridRow {
  key: string;
  title: string;
  /** Undefined for one task. */
  copiesOf: string | undefined;
}

/** Steps of all runs, each once: in the order of the newest run, with those of older ones after what they came after there. */
export function gridRows(runs: readonly ListedRun[]): GridRow[] {
  const names: string[] = [];
  const known = new Set<string>();
  for (const { steps } of runs.toReversed()) {
    let after = -1;
    for (const { name } of steps) {
      if (known.has(name)) after = names.indexOf(name);
      else {
        after += 1;
        names.splice(after, 0, name);
        known.add(name);
      }
    }
  }
  const copies = Map.groupBy(names, stepOfTask);
  const rows = new Map<string, GridRow>();
  for (const name of names) {
    const step = stepOfTask(name);
    const many = (copies.get(step)?.length ?? 0) > mostCopies;
    const key = many ? `copies:${step}` : name;
    const title = many ? `${step} × ${copies.get(step)?.length}` : name;
    rows.set(key, { key, title, copiesOf: many ? step : undefined });
  }
  return [...rows.values()];
}

/** What a cell shows; `status` is undefined where the run has no such step. */
export interface GridCell {
  status: StepStatus | undefined;
  cached: boolean;
  words: string;
  /** The task to which it leads. */
  step: string | undefined;
}

/** The steps of a run by the rows of the grid. */
export function cellsOf(run: Pick<ListedRun, 'steps'>): (row: GridRow) => GridCell {
  const tasks = new Map(run.steps.map((step) => [step.name, step]));
  const copies = Map.groupBy(run.steps, ({ name }) => stepOfTask(name));
  return ({ key, copiesOf, title }) =>
    copiesOf === undefined ? cellOfTask(tasks.get(key), title) : cellOfCopies(copies.get(copiesOf) ?? [], title);
}

function cellOfTask(step: ListedStep | undefined, title: string): GridCell {
  if (step === undefined)
    return { status: undefined, cached: false, words: `${title}: not in this run`, step: undefined };
  return { status: step.status, cached: step.cached, words: stepInWords(step), step: step.name };
}

function cellOfCopies(steps: readonly ListedStep[], title: string): GridCell {
  if (steps.length === 0) return cellOfTask(undefined, title);
  const statuses = steps.map(({ status }) => status);
  const status = stateOfAll(statuses);
  return {
    status,
    cached: steps.every(({ cached }) => cached),
    words: `${title}: ${countInWords(statuses, statusWord)}`,
    step: steps.find((step) => step.status === status)?.name,
  };
}
