import type { DeploymentStatus } from '../../engine/contract/deploy.ts';
import type { ImportedColumns } from '../../engine/contract/deploy-log.ts';

type Signature = DeploymentStatus['signature'];

/** What is chosen for a column that the table does not have. */
export const noColumn = '';

/** The columns of a table that rows of the log are made of, as they stand in fields; `noColumn` where there is none. */
export interface ChosenColumns {
  time: string;
  prediction: string;
  id: string;
  label: string;
  /** By class. */
  probabilities: Record<string, string>;
  /** Of inputs that the table calls otherwise. */
  inputs: Record<string, string>;
}

/** True of the columns that records of Galley have: they need no choice. */
export function areOwnRecords(columns: readonly string[]): boolean {
  return ['row_id', 'request_id', 'event_time', 'received_at', 'version'].every((name) => columns.includes(name));
}

/** The columns that most likely hold what is wanted. */
export function guessColumns(
  columns: readonly { name: string; type: string }[],
  { target, classes = [], inputs }: Signature,
): ChosenColumns {
  const names = columns.map(({ name }) => name);
  const taken = new Set(inputs.map(({ name }) => name));
  const free = columns.filter(({ name }) => !taken.has(name));
  const like = (...patterns: RegExp[]) => {
    for (const pattern of patterns) {
      const found = free.find(({ name }) => pattern.test(name));
      if (found) return found.name;
    }
    return noColumn;
  };
  const isTime = (type: string) => type === 'timestamp' || type === 'date';
  const time = names.find((name) => name === 'event_time') ?? free.find(({ type }) => isTime(type))?.name;
  const exactly = (name: string) => (names.includes(name) && !taken.has(name) ? name : noColumn);
  return {
    time: time ?? like(/time|_at$|date/i),
    prediction: like(/^prediction$/i, /predict|estimate|forecast/i, ...(classes.length > 0 ? [/^label$/i] : [])),
    id: exactly('row_id'),
    label: exactly(target),
    probabilities: Object.fromEntries(classes.map((name) => [name, exactly(`probability_${name}`)])),
    inputs: Object.fromEntries(
      inputs.filter(({ name }) => !names.includes(name)).map(({ name }) => [name, noColumn] as const),
    ),
  };
}

export const timeLabel = 'Time of the answer';

export function answerLabel({ task }: Pick<Signature, 'task'>): string {
  return task === 'regression' ? 'Prediction' : 'Predicted class';
}

export function inputLabel(name: string): string {
  return `Input ${name}`;
}

/** The labels of the fields in which something still has to be chosen. */
export function missingChoices({ time, prediction, inputs }: ChosenColumns, signature: Signature): string[] {
  const lacking = signature.inputs.filter(({ name, nullable }) => inputs[name] === noColumn && !nullable);
  return [
    ...(time === noColumn ? [timeLabel] : []),
    ...(prediction === noColumn ? [answerLabel(signature)] : []),
    ...lacking.map(({ name }) => inputLabel(name)),
  ];
}

/** The choices as the engine takes them: null where a column that it would take by its name is not wanted. */
export function importedColumns({ time, prediction, id, label, ...more }: ChosenColumns): ImportedColumns {
  const orNull = (name: string) => (name === noColumn ? null : name);
  return {
    time,
    prediction,
    id: orNull(id),
    ...(label !== noColumn && { label }),
    probabilities: Object.fromEntries(
      Object.entries(more.probabilities).map(([name, column]) => [name, orNull(column)]),
    ),
    inputs: Object.fromEntries(Object.entries(more.inputs).filter(([, column]) => column !== noColumn)),
  };
}
