import type { StepOf } from '../../../contract/cleaning-steps.ts';
import { sqlName, sqlText } from '../../../store/duck.ts';
import { duckType, type SchemaColumn } from '../../schema.ts';
import { literal } from '../literal.ts';
import {
  kept,
  type PlannedColumn,
  requireColumn,
  requireNames,
  type StepPlan,
  type StepTools,
  stepFault,
  withAdded,
} from '../step-plan.ts';

const space = '[\\s\\p{Z}]';

function trimmed(step: StepOf<'trim'>, name: string): string {
  const { spaces = 'ends', case: letters = 'keep', unicode = 'keep', empty = 'keep' } = step;
  let sql = unicode === 'nfc' ? `nfc_normalize(${name})` : name;
  if (spaces !== 'keep') sql = `regexp_replace(${sql}, '^${space}+|${space}+$', '', 'g')`;
  if (spaces === 'all') sql = `regexp_replace(${sql}, '${space}+', ' ', 'g')`;
  if (letters !== 'keep') sql = `${letters}(${sql})`;
  return empty === 'missing' ? `nullif(${sql}, '')` : sql;
}

/** White space, letters' case and composition of texts. */
export function planTrim(step: StepOf<'trim'>, schema: readonly SchemaColumn[]): StepPlan {
  const names = step.columns ?? schema.filter((column) => column.type === 'text').map((column) => column.name);
  for (const name of names)
    if (requireColumn(schema, name).type !== 'text')
      throw stepFault(`Column "${name}" holds no text.`, { column: name });
  const columns = kept(schema).map((column) => {
    if (!names.includes(column.name)) return column;
    const sql = trimmed(step, column.sql);
    return { ...column, sql, changed: `${sql} IS DISTINCT FROM ${column.sql}` };
  });
  return { columns };
}

/** Other values for known ones. */
export function planMap(step: StepOf<'map'>, schema: readonly SchemaColumn[]): StepPlan {
  const column = requireColumn(schema, step.column);
  const result: SchemaColumn =
    step.type === undefined || step.type === column.type ? column : { name: column.name, type: step.type };
  const others = step.others ?? (result === column ? 'keep' : 'refuse');
  if (others === 'keep' && result !== column)
    throw stepFault('Values that are not named cannot keep another type: say `others: missing` or `others: refuse`.');
  const name = sqlName(column.name);
  const cases = Object.entries(step.values).map(([from, to]) => {
    const value = to === null ? `NULL::${duckType(result)}` : literal(result, to);
    return `WHEN ${literal(column, from)} THEN ${value}`;
  });
  const known = `${name} IN (${Object.keys(step.values)
    .map((from) => literal(column, from))
    .join(', ')})`;
  const sql = `CASE ${name} ${cases.join(' ')} ELSE ${others === 'keep' ? name : `NULL::${duckType(result)}`} END`;
  const changed = `(${sql})::VARCHAR IS DISTINCT FROM ${name}::VARCHAR`;
  const columns = kept(schema).map((one) => (one.name === column.name ? { ...result, sql, changed } : one));
  const unknown = `${name} IS NOT NULL AND NOT ${known}`;
  if (others === 'refuse') {
    const message = (count: number, examples: string) =>
      `Column "${column.name}" has ${count} values that the step does not name: ${examples}.`;
    return { columns, faults: [{ sql: unknown, value: name, message }] };
  }
  return others === 'missing'
    ? { columns, counts: [{ what: 'values not named became missing', sql: unknown }] }
    : { columns };
}

/** Checks a regular expression and its groups. @throws GalleyError `data.invalid_step` */
async function requirePattern(pattern: string, groups: number, tools: StepTools): Promise<void> {
  try {
    await tools.ask(`SELECT regexp_extract('', ${sqlText(pattern)}, ${groups})`);
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('\n');
    throw stepFault(
      `The pattern ${JSON.stringify(pattern)} cannot be used for ${groups} columns: ${reason.replace(/^[A-Z][a-zA-Z ]* Error: /, '')}`,
      { pattern },
    );
  }
}

function partSql(step: StepOf<'split'>, text: string, index: number): string {
  if (step.pattern !== undefined) {
    const pattern = sqlText(step.pattern);
    return `CASE WHEN regexp_matches(${text}, ${pattern}) THEN regexp_extract(${text}, ${pattern}, ${index + 1}) END`;
  }
  const delimiter = sqlText(step.delimiter ?? '');
  const parts = `string_split(${text}, ${delimiter})`;
  if (index < step.into.length - 1) return `${parts}[${index + 1}]`;
  return `CASE WHEN len(${parts}) > ${index} THEN array_to_string(${parts}[${index + 1}:], ${delimiter}) END`;
}

/** Parts of a text as columns of their own; missing where there are fewer parts, or the pattern does not match. */
export async function planSplit(
  step: StepOf<'split'>,
  schema: readonly SchemaColumn[],
  tools: StepTools,
): Promise<StepPlan> {
  const column = requireColumn(schema, step.column);
  if (column.type !== 'text') throw stepFault(`Column "${column.name}" holds no text.`, { column: column.name });
  if (step.pattern !== undefined) await requirePattern(step.pattern, step.into.length, tools);
  const text = sqlName(column.name);
  const added: PlannedColumn[] = step.into.map((name, index) => ({
    name,
    type: 'text',
    sql: partSql(step, text, index),
  }));
  const staying = kept(schema).filter((one) => step.keep !== false || one.name !== column.name);
  const isWhole =
    step.pattern === undefined
      ? `len(string_split(${text}, ${sqlText(step.delimiter ?? '')})) >= ${step.into.length}`
      : `regexp_matches(${text}, ${sqlText(step.pattern)})`;
  return {
    columns: withAdded(staying, added),
    counts: [{ what: 'texts have fewer parts', sql: `${text} IS NOT NULL AND NOT ${isWhole}` }],
  };
}

/** Texts of several columns as one; missing where all are. */
export function planCombine(step: StepOf<'combine'>, schema: readonly SchemaColumn[]): StepPlan {
  const texts = step.columns.map((name) => `${sqlName(requireColumn(schema, name).name)}::VARCHAR`);
  const joined = `concat_ws(${sqlText(step.delimiter ?? '')}, ${texts.join(', ')})`;
  const lacks = texts.map((text) => `${text} IS NULL`).join(step.missing === 'missing' ? ' OR ' : ' AND ');
  const staying = kept(schema).filter((column) => step.keep !== false || !step.columns.includes(column.name));
  const columns = [
    ...staying,
    { name: step.into, type: 'text' as const, sql: `CASE WHEN ${lacks} THEN NULL ELSE ${joined} END` },
  ];
  requireNames(
    columns.map((column) => column.name),
    schema,
  );
  return { columns };
}
