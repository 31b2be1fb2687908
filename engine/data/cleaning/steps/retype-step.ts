import type { StepOf } from '../../../contract/cleaning-steps.ts';
import type { ColumnType } from '../../../contract/values.ts';
import { sqlName, sqlText } from '../../../store/duck.ts';
import { duckType, type SchemaColumn } from '../../schema.ts';
import { kept, type PlannedFault, requireColumn, type StepPlan, type StepTools, stepFault } from '../step-plan.ts';

type Reading = Pick<StepOf<'retype'>, 'format' | 'zone'>;

const truths = "('true', 't', 'yes', 'y', '1')";
const untruths = "('false', 'f', 'no', 'n', '0')";
const isoTime =
  '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?';
const zoned = '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$';

/** A text as a point in time in UTC; one without a zone is taken in the zone that is given, else in UTC. */
function timeOfText(text: string, { format, zone }: Reading): string {
  const local = (time: string) => (zone === undefined ? time : `timezone(${sqlText(zone)}, ${time})`);
  const micros = (time: string) => `make_timestamp(epoch_us(${time}))`;
  if (format !== undefined) {
    const parsed = `try_strptime(${text}, ${sqlText(format)})`;
    return /%z/.test(format) ? micros(parsed) : micros(local(parsed));
  }
  const whole = `regexp_replace(${text}, '^(.{10}[ T][0-9]{2}:[0-9]{2})( ?([Z+-].*)?)$', '\\1:00\\2')`;
  const withZone = micros(`TRY_CAST(${whole} AS TIMESTAMPTZ)`);
  const without = micros(local(`TRY_CAST(${whole} AS TIMESTAMP)`));
  const read = `CASE WHEN regexp_matches(substr(${text}, 11), '${zoned}') THEN ${withZone} ELSE ${without} END`;
  return `CASE WHEN regexp_full_match(${text}, '${isoTime}') THEN ${read} END`;
}

function ofText(column: string, target: SchemaColumn, reading: Reading): string {
  const text = `regexp_replace(${column}, '^[\\s\\p{Z}]+|[\\s\\p{Z}]+$', '', 'g')`;
  switch (target.type) {
    case 'int64':
      return `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+') THEN TRY_CAST(${text} AS BIGINT) END`;
    case 'float64': {
      const number = `TRY_CAST(${text} AS DOUBLE)`;
      const form = '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?';
      return `CASE WHEN regexp_full_match(${text}, '${form}') AND isfinite(${number}) THEN ${number} END`;
    }
    case 'decimal': {
      const form = `[+-]?([0-9]+(\\.[0-9]{0,${target.scale ?? 0}}0*)?|\\.[0-9]{1,${Math.max(1, target.scale ?? 0)}}0*)`;
      return `CASE WHEN regexp_full_match(${text}, '${form}') THEN TRY_CAST(${text} AS ${duckType(target)}) END`;
    }
    case 'boolean':
      return `CASE WHEN lower(${text}) IN ${truths} THEN true WHEN lower(${text}) IN ${untruths} THEN false END`;
    case 'date': {
      if (reading.format === undefined)
        return `CASE WHEN regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN TRY_CAST(${text} AS DATE) END`;
      const time = timeOfText(text, { format: reading.format });
      return `CASE WHEN date_trunc('day', ${time}) = ${time} THEN (${time})::DATE END`;
    }
    case 'timestamp':
      return timeOfText(text, reading);
    case 'text':
      return column;
  }
}

/** Numbers turn only into what holds them exactly; a decimal becomes the nearest number. */
function ofNumber(column: string, source: SchemaColumn, target: SchemaColumn): string | undefined {
  const cast = `TRY_CAST(${column} AS ${duckType(target)})`;
  switch (target.type) {
    case 'float64':
      return source.type === 'int64'
        ? `CASE WHEN ${column}::DOUBLE::HUGEINT = ${column}::HUGEINT THEN ${cast} END`
        : cast;
    case 'int64':
    case 'decimal': {
      if (source.type === 'int64') return cast;
      if (source.type === 'decimal') return `CASE WHEN ${cast} = ${column} THEN ${cast} END`;
      return `CASE WHEN isfinite(${column}) AND ${cast}::DOUBLE = ${column} THEN ${cast} END`;
    }
    case 'boolean':
      return `CASE WHEN ${column} = 0 THEN false WHEN ${column} = 1 THEN true END`;
    default:
      return undefined;
  }
}

function ofTime(column: string, source: ColumnType, target: ColumnType): string | undefined {
  if (source === 'date' && target === 'timestamp') return `${column}::TIMESTAMP`;
  if (source === 'timestamp' && target === 'date')
    return `CASE WHEN date_trunc('day', ${column}) = ${column} THEN ${column}::DATE END`;
  return undefined;
}

/** A value as text: as the table shows it, times with `T` and `Z`. */
function toText(column: string, source: SchemaColumn, format: string | undefined): string {
  const isTime = source.type === 'date' || source.type === 'timestamp';
  if (isTime && format !== undefined) return `strftime(${column}, ${sqlText(format)})`;
  return source.type === 'timestamp' ? `replace(${column}::VARCHAR, ' ', 'T') || 'Z'` : `${column}::VARCHAR`;
}

/** An expression for the value in another type, missing where it does not fit. @throws GalleyError `data.invalid_step` */
function converted(source: SchemaColumn, target: SchemaColumn, reading: Reading): string {
  const column = sqlName(source.name);
  if (target.type === 'text') return toText(column, source, reading.format);
  if (source.type === 'text') return ofText(column, target, reading);
  const isNumeric = ['int64', 'float64', 'decimal'].includes(source.type);
  const sql = isNumeric
    ? ofNumber(column, source, target)
    : source.type === 'boolean' && ['int64', 'float64', 'decimal'].includes(target.type)
      ? `${column}::INTEGER::${duckType(target)}`
      : ofTime(column, source.type, target.type);
  if (sql === undefined)
    throw stepFault(`Column "${source.name}" is ${source.type}, which cannot become ${target.type}.`, {
      column: source.name,
    });
  return sql;
}

async function requireReading(step: StepOf<'retype'>, tools: StepTools): Promise<void> {
  const tries = [
    ...(step.zone === undefined ? [] : [`timezone(${sqlText(step.zone)}, TIMESTAMP '2024-01-01')`]),
    ...(step.format === undefined ? [] : [`try_strptime('', ${sqlText(step.format)})`]),
  ];
  for (const sql of tries) {
    try {
      await tools.ask(`SELECT ${sql}`);
    } catch (cause) {
      const [reason = ''] = (cause as Error).message.split('\n');
      throw stepFault(reason.replace(/^[A-Z][a-zA-Z ]* Error: /, ''), { format: step.format, zone: step.zone });
    }
  }
}

/** Other types for columns. A value that does not fit is never rounded or cut: it refuses the recipe, or becomes missing. */
export async function planRetype(
  step: StepOf<'retype'>,
  schema: readonly SchemaColumn[],
  tools: StepTools,
): Promise<StepPlan> {
  await requireReading(step, tools);
  const counts: { what: string; sql: string }[] = [];
  const faults: PlannedFault[] = [];
  for (const name of Object.keys(step.columns)) requireColumn(schema, name);
  const columns = kept(schema).map((column) => {
    const type = step.columns[column.name];
    if (type === undefined) return column;
    const scale =
      type === 'decimal' ? { scale: step.scale ?? (column.type === 'decimal' ? column.scale : undefined) ?? 2 } : {};
    const target: SchemaColumn = { name: column.name, type, ...scale };
    if (column.type === target.type && column.scale === target.scale) return column;
    const sql = converted(column, target, step);
    const misfit = `${column.sql} IS NOT NULL AND (${sql}) IS NULL`;
    if (step.misfits === 'missing') counts.push({ what: `values of "${column.name}" became missing`, sql: misfit });
    else
      faults.push({
        sql: misfit,
        value: column.sql,
        message: (count, examples) => `Column "${column.name}" has ${count} values that are not ${type}: ${examples}.`,
      });
    return { ...target, sql, changed: step.misfits === 'missing' ? misfit : undefined };
  });
  return { columns, counts, faults };
}
