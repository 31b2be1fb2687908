import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { resourceFolder } from '../../base/entry.ts';
import type { FieldSignature } from '../../contract/values.ts';

/** The sample that the demo lives on: daily entries at Clark/Lake, a file a year. */
const sampleFolder = join(resourceFolder(), 'samples', 'chicago_ridership');

export const firstYear = 2001;
/** The last year that the first model is trained on. */
export const lastTrainingYear = 2003;
export const lastYear = 2016;

export const target = 'ridership';
export const timeColumn = 'date';
/** Weather, two stations two weeks before, and the day of the week. */
export const features = [
  'temp',
  'humidity',
  'wind',
  'percip',
  'weather_rain',
  'weather_snow',
  'Clark_Lake',
  'Austin',
  'date:weekday',
];

/** One day of the sample, as it is sent to a model and as it came true. */
export interface Day {
  /** ISO date: the row's id and event time. */
  date: string;
  row: Record<string, number | string | null>;
  label: number;
}

export function yearFile(year: number): string {
  return join(sampleFolder, `chicago-${year}.csv`);
}

/** The days of a year, with the inputs that a model takes. */
export function readYear(year: number, inputs: readonly FieldSignature[]): Day[] {
  const { data } = Papa.parse<Record<string, string>>(readFileSync(yearFile(year), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  });
  return data.map((cells) => ({
    date: cells[timeColumn] as string,
    row: Object.fromEntries(inputs.map((field) => [field.name, inputValue(field, cells[field.name] ?? '')])),
    label: Number(cells[target]),
  }));
}

function inputValue({ tensor }: FieldSignature, cell: string): number | string | null {
  if (cell === '') return null;
  return tensor === 'float' ? Number(cell) : cell;
}
