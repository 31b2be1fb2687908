// Writes resources/samples/samples.json, the list that the empty home screen shows. Run it after changing a sample:
// node scripts/sample-list.ts
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../resources/samples', import.meta.url));

type Row = Record<string, string>;

const samples = [
  {
    name: 'chicago_ridership',
    title: 'Chicago L ridership',
    description: 'Predict how many enter a station',
    target: 'ridership',
    timeColumn: 'date',
    preview: (rows: Row[]) => ({
      kind: 'line',
      points: meansBy(rows, (row) => Number(cell(row, 'date').slice(0, 4)), 'ridership'),
    }),
  },
  {
    name: 'penguins',
    title: 'Palmer penguins',
    description: 'Predict the species of a bird',
    target: 'species',
    timeColumn: null,
    preview: (rows: Row[]) => ({
      kind: 'scatter',
      points: rows
        .filter((row, index) => row.bill_length_mm !== '' && index % 3 === 0)
        .map((row) => ({ x: Number(row.bill_length_mm), y: Number(row.flipper_length_mm), group: row.species })),
    }),
  },
  {
    name: 'seattle_weather',
    title: 'Seattle weather',
    description: 'Predict sun, rain, fog or snow',
    target: 'weather',
    timeColumn: 'date',
    preview: (rows: Row[]) => ({ kind: 'line', points: meansBy(rows, monthNumber, 'temp_max') }),
  },
  {
    name: 'flights_monthly',
    title: 'Flight delays',
    description: 'Predict who leaves 15 minutes late',
    target: 'late15',
    timeColumn: 'departed_at',
    preview: (rows: Row[]) => ({
      kind: 'line',
      points: meansBy(rows, (row) => Number(cell(row, 'departed_at').slice(5, 7)), 'delay_minutes'),
    }),
  },
];

function monthNumber(row: Row): number {
  const [year, month] = cell(row, 'date').split('-').map(Number);
  return ((year as number) - 2012) * 12 + (month as number);
}

function cell(row: Row, column: string): string {
  return row[column] ?? '';
}

function meansBy(rows: Row[], key: (row: Row) => number, column: string): { x: number; y: number }[] {
  const groups = Map.groupBy(
    rows.filter((row) => row[column] !== ''),
    key,
  );
  return [...groups].map(([x, group]) => ({
    x,
    y: Number((group.reduce((sum, row) => sum + Number(row[column]), 0) / group.length).toFixed(3)),
  }));
}

/** The samples have neither quotes nor commas inside a cell. */
function readRows(path: string): Row[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell])));
}

const list = samples.map(({ preview, ...sample }) => {
  const files = readdirSync(join(folder, sample.name))
    .filter((name) => name.endsWith('.csv'))
    .sort();
  const rows = files.flatMap((file) => readRows(join(folder, sample.name, file)));
  const md5 = files.map((file) => hash('md5', readFileSync(join(folder, sample.name, file))));
  const license = /^- Licence: (.*)$/m.exec(readFileSync(join(folder, sample.name, 'README.md'), 'utf8'))?.[1];
  return { ...sample, license, rows: rows.length, files, md5, preview: preview(rows) };
});
writeFileSync(join(folder, 'samples.json'), `${JSON.stringify(list, null, 1)}\n`);
