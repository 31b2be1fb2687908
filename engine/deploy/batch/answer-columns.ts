import type { Signature } from '../../contract/values.ts';
import { sqlText } from '../../store/duck.ts';

export interface AnswerColumn {
  name: string;
  /** How it is held while a part is open: labels by their place among the classes. */
  type: 'DOUBLE' | 'USMALLINT';
  /** SQL for the answer from that. */
  answer(cell: string): string;
}

/** What is added to each row: `prediction`, or `label` and `probability_<class>`. */
export function answerColumns({ task, classes = [] }: Signature): AnswerColumn[] {
  if (task === 'regression') return [scores('prediction')];
  const names = `[${classes.map(sqlText).join(', ')}]`;
  const label: AnswerColumn = { name: 'label', type: 'USMALLINT', answer: (cell) => `(${names})[${cell} + 1]` };
  return [label, ...classes.map((name) => scores(`probability_${name}`))];
}

function scores(name: string): AnswerColumn {
  return { name, type: 'DOUBLE', answer: (cell) => cell };
}

/** The names of answers beside columns, with a number behind a name that is taken; names do not tell letter case apart. */
export function freeNames(answers: readonly AnswerColumn[], columns: readonly string[]): string[] {
  const taken = new Set(columns.map((name) => name.toLowerCase()));
  return answers.map(({ name }) => {
    let free = name;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name}_${number}`;
    taken.add(free.toLowerCase());
    return free;
  });
}
