import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { ImportedColumns } from '../../contract/deploy-log.ts';
import type { ColumnType, Signature } from '../../contract/values.ts';

/** A column of the table that is read. */
export interface TableColumn {
  name: string;
  type: ColumnType;
}

/** The columns of a table that rows of the log are made of. */
export interface FoundColumns {
  time: TableColumn;
  /** Null where the table has no ids. */
  id: string | null;
  prediction: string;
  /** In the order of the classes, null where the table does not tell. */
  probabilities: (string | null)[];
  label: string | null;
  /** In the order of the signature; null where the table lacks what may be missing. */
  inputs: (string | null)[];
}

/**
 * Finds what a row of the log is made of.
 * @throws GalleyError `deploy.log_column`
 */
export function findColumns(
  path: string,
  columns: readonly TableColumn[],
  signature: Signature,
  given: ImportedColumns,
): FoundColumns {
  const names = columns.map(({ name }) => name);
  const named = (name: string) => {
    if (names.includes(name)) return name;
    throw missing(path, `${path} has no column "${name}". ${suggestName(name, names)}`, names);
  };
  const orFound = (name: string | null | undefined, ...usual: string[]) => {
    if (name === null) return null;
    return name === undefined ? (usual.find((one) => names.includes(one)) ?? null) : named(name);
  };

  const label = orFound(given.label);
  const time = orFound(given.time, 'event_time');
  if (time === null) throw missing(path, noTime(path, columns), names);
  const { classes = [] } = signature;
  const answers = signature.task === 'regression' ? ['prediction'] : ['prediction', 'label'];
  const prediction = orFound(given.prediction, ...answers.filter((name) => name !== label));
  if (prediction === null) {
    const wanted = signature.task === 'regression' ? 'prediction' : 'predicted class';
    throw missing(path, `${path} has no column "prediction": name the one with the ${wanted}.`, names);
  }
  const strange = Object.keys(given.probabilities ?? {}).find((name) => !classes.includes(name));
  if (strange !== undefined) {
    throw missing(path, `${signature.target} has no class "${strange}". ${suggestName(strange, classes)}`, names);
  }
  return {
    time: columns[names.indexOf(time)] as TableColumn,
    id: orFound(given.id, 'row_id'),
    prediction,
    probabilities: classes.map((name) => orFound(given.probabilities?.[name], `probability_${name}`)),
    label,
    inputs: findInputs(path, names, signature, given.inputs ?? {}, named),
  };
}

function findInputs(
  path: string,
  names: readonly string[],
  { inputs }: Signature,
  given: Readonly<Record<string, string>>,
  named: (name: string) => string,
): (string | null)[] {
  const known = inputs.map(({ name }) => name);
  const strange = Object.keys(given).find((name) => !known.includes(name));
  if (strange !== undefined)
    throw missing(path, `The model has no input "${strange}". ${suggestName(strange, known)}`, names);
  const columnOf = (name: string) => given[name] ?? name;
  const lacking = inputs.filter(({ name, nullable }) => !nullable && !names.includes(columnOf(name)));
  if (lacking.length > 0) {
    const list = lacking.map(({ name }) => columnOf(name)).join(', ');
    throw missing(path, `${path} lacks what the model cannot do without: ${list}.`, names);
  }
  return inputs.map(({ name }) => {
    if (Object.hasOwn(given, name)) return named(given[name] as string);
    return names.includes(name) ? name : null;
  });
}

function noTime(path: string, columns: readonly TableColumn[]): string {
  const times = columns.filter(({ type }) => type === 'timestamp' || type === 'date').map(({ name }) => name);
  const likely = times.length > 0 ? ` It may be ${times.join(' or ')}.` : '';
  return `${path} has no column "event_time": name the one that says when a row was answered.${likely}`;
}

function missing(path: string, message: string, found: readonly string[]): GalleyError {
  return new GalleyError('deploy.log_column', message, { details: { path, found } });
}
