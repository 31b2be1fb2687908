import { GalleyError } from '../../base/errors.ts';
import { type CellReading, cellReadings, cellsTable } from './cells-file.ts';
import type { ColumnReading } from './csv-columns.ts';
import { columnReadings, csvTable } from './csv-load.ts';
import type { ReadContext } from './read-context.ts';
import type { UntypedFile } from './read-file.ts';
import type { ReadingRules } from './reading-rules.ts';

/** The most digits of a decimal, before and after its point together. */
const mostDigits = 38;
const form = "'^[-+]?(\\d*)(?:\\.(\\d*))?(?:[eE]([-+]?\\d+))?$', ['whole', 'fraction', 'exponent']";
const exponent = 'coalesce(try_cast(n.exponent AS INTEGER), 0)';
const written = `length(n.fraction) - ${exponent}`;
const needed = `length(rtrim(n.fraction, '0')) - ${exponent}`;
const whole = `length(ltrim(n.whole, '0')) + ${exponent}`;
const most = (digits: string) => `coalesce(max(greatest(${digits}, 0)), 0)::DOUBLE`;

/** Numbers of a column as SQL texts with a point. */
function numberTexts(file: UntypedFile, name: string, rules: ReadingRules): { from: string; texts: string[] } {
  const column = [{ name, type: 'decimal' as const, scale: 0 }];
  const texts = (readings: readonly ColumnReading[]) => readings.flatMap(({ number }) => number ?? []);
  if (file.form === 'csv') return { from: csvTable(file), texts: texts(columnReadings(file, column, rules)) };
  return {
    from: cellsTable(file.readable, new Array<string>(file.width).fill('VARCHAR'), file.longestRow),
    texts: texts(cellReadings(file, column, rules).flat() as CellReading[]),
  };
}

/** Digits after the point of the numbers in a column: as they are written, and without zeros at their end. */
export interface FractionDigits {
  written: number;
  needed: number;
}

/**
 * How many digits the numbers of a column have after the point, where a decimal holds them all.
 * @throws GalleyError `data.type_misfit` where it would need more digits than there are
 */
export async function fractionDigits(
  file: UntypedFile,
  name: string,
  rules: ReadingRules,
  { connection }: Pick<ReadContext, 'connection'>,
): Promise<FractionDigits> {
  const { from, texts } = numberTexts(file, name, rules);
  const numbers = texts.map(
    (text) => `SELECT regexp_extract(${text}, ${form}) AS n FROM ${from} WHERE ${text} IS NOT NULL`,
  );
  const measured = await connection.runAndReadAll(
    `SELECT ${most(written)}, ${most(needed)}, ${most(whole)} FROM (${numbers.join(' UNION ALL ')})`,
  );
  const [after, least, before] = (measured.getRows()[0] ?? []).map(Number) as [number, number, number];
  if (least + before <= mostDigits) return { written: Math.min(after, mostDigits - before), needed: least };
  throw new GalleyError(
    'data.type_misfit',
    `Column "${name}" has ${before} digits before and ${least} after the point; a decimal has ${mostDigits} in all.`,
    { details: { column: name, type: 'decimal' } },
  );
}
