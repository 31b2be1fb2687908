import type { StepOf } from '../../../contract/cleaning-steps.ts';
import { sqlName } from '../../../store/duck.ts';
import type { SchemaColumn } from '../../schema.ts';
import {
  kept,
  namesSql,
  type PlannedColumn,
  requireColumn,
  rowName,
  type StepPlan,
  type StepTable,
  type StepTools,
  stepFault,
  withAdded,
} from '../step-plan.ts';

interface Pair {
  here: SchemaColumn;
  there: SchemaColumn;
}

function pairsOf(step: StepOf<'join'>, schema: readonly SchemaColumn[], other: StepTable): Pair[] {
  const pairs = Array.isArray(step.keys)
    ? step.keys.map((name): [string, string] => [name, name])
    : Object.entries(step.keys);
  return pairs.map(([here, there]) => {
    const pair = { here: requireColumn(schema, here), there: requireColumn(other.schema, there) };
    if (pair.here.type !== pair.there.type || pair.here.scale !== pair.there.scale)
      throw stepFault(
        `"${here}" is ${pair.here.type} and "${there}" of ${step.with} is ${pair.there.type}: give them one type before.`,
        {
          column: here,
        },
      );
    return pair;
  });
}

/** Keys that several rows of the other dataset have, and an example. */
async function repeatedKeys(
  other: StepTable,
  pairs: readonly Pair[],
  tools: StepTools,
): Promise<{ keys: number; example: string }> {
  const names = pairs.map(({ there }) => there.name);
  const present = names.map((name) => `${sqlName(name)} IS NOT NULL`).join(' AND ');
  const grouped = `SELECT ${namesSql(names)} FROM ${other.from} WHERE ${present} GROUP BY ${namesSql(names)} HAVING count(*) > 1`;
  const text = names.map((name) => `${sqlName(name)}::VARCHAR`).join(', ');
  const [row] = await tools.ask(`SELECT count(*)::DOUBLE, min(concat_ws(', ', ${text})) FROM (${grouped})`);
  return { keys: Number(row?.[0] ?? 0), example: String(row?.[1] ?? '') };
}

/** Columns of the other dataset beside the rows. A missing value matches nothing. */
export async function planJoin(step: StepOf<'join'>, input: StepTable, tools: StepTools): Promise<StepPlan> {
  const other = tools.other(step.with);
  const pairs = pairsOf(step, input.schema, other);
  const duplicates = step.duplicates ?? 'refuse';
  if (duplicates === 'refuse') {
    const { keys, example } = await repeatedKeys(other, pairs, tools);
    if (keys > 0)
      throw stepFault(
        `${step.with} has several rows for ${keys} of its keys, such as ${example}; say with \`duplicates\` which count.`,
        { keys, example },
      );
  }
  const names =
    step.columns ??
    other.schema.map((column) => column.name).filter((name) => !pairs.some(({ there }) => there.name === name));
  const taken: PlannedColumn[] = names.map((name, index) => ({
    ...requireColumn(other.schema, name),
    name: `${step.prefix ?? ''}${name}`,
    sql: `there.c${index}`,
  }));
  const keys = pairs.map(({ there }) => there.name);
  const selected = [
    ...keys.map((name, index) => `${sqlName(name)} AS k${index}`),
    ...names.map((name, index) => `${sqlName(name)} AS c${index}`),
    `${rowName} AS r`,
  ];
  const firsts = `WHERE ${rowName} IN (SELECT min(${rowName}) FROM ${other.from} GROUP BY ${namesSql(keys)})`;
  const there = `SELECT ${selected.join(', ')} FROM ${other.from} ${duplicates === 'first' ? firsts : ''}`;
  const on = pairs.map(({ here }, index) => `here.${sqlName(here.name)} = there.k${index}`).join(' AND ');
  const columns = withAdded(
    kept(input.schema).map((column) => ({ ...column, sql: `here.${column.sql}` })),
    taken,
  );
  return {
    columns,
    from: `${input.from} AS here ${step.rows === 'inner' ? 'JOIN' : 'LEFT JOIN'} (${there}) AS there ON ${on}`,
    orderBy: `here.${rowName}, there.r`,
    counts: step.rows === 'inner' ? [] : [{ what: 'rows without a match', sql: 'there.r IS NULL' }],
  };
}
