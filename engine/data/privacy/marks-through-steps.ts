import type { CleaningStep } from '../../contract/cleaning-steps.ts';
import type { ColumnMark, Marks } from '../../contract/data-privacy.ts';
import { markOf } from './mark-of.ts';

/** The mark that a column gets which is made of others: `personal` before `sensitive`. */
function markOfAll(names: readonly string[], marks: Marks): ColumnMark | undefined {
  const found = names.map((name) => markOf(marks, name));
  return found.find((mark) => mark === 'personal') ?? found.find((mark) => mark !== undefined);
}

function added(marks: Marks, names: readonly string[], mark: ColumnMark | undefined): Marks {
  return mark === undefined ? marks : { ...marks, ...Object.fromEntries(names.map((name) => [name, mark])) };
}

function mentioned(sql: string, marks: Marks): string[] {
  const text = sql.toLowerCase();
  return Object.keys(marks).filter((name) => text.includes(name.replaceAll('"', '""').toLowerCase()));
}

function afterStep(step: CleaningStep, marks: Marks, others: (reference: string) => Marks): Marks {
  switch (step.kind) {
    case 'rename':
      return Object.fromEntries(Object.entries(marks).map(([name, mark]) => [step.columns[name] ?? name, mark]));
    case 'split':
      return added(marks, step.into, markOf(marks, step.column));
    case 'combine':
      return added(marks, [step.into], markOfAll(step.columns, marks));
    case 'derive':
      return added(marks, [step.column], markOfAll(mentioned(step.sql, marks), marks));
    case 'lag':
    case 'rolling':
      return added(marks, [step.into], markOf(marks, step.column));
    case 'join': {
      const theirs = Object.entries(others(step.with)).map(([name, mark]) => [`${step.prefix ?? ''}${name}`, mark]);
      return { ...Object.fromEntries(theirs), ...marks };
    }
    default:
      return marks;
  }
}

/**
 * Which columns are marked after some steps: marks follow a column through its new names and into what is made of it. A
 * column that is made by SQL is marked where the SQL mentions a marked one.
 * @param others marks of a dataset that is joined, by reference
 */
export function marksThrough(
  steps: readonly CleaningStep[],
  marks: Marks,
  others: (reference: string) => Marks,
): Marks {
  return steps.filter(({ skip }) => skip !== true).reduce((before, step) => afterStep(step, before, others), marks);
}
