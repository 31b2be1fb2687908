import { expect, test } from 'vitest';
import { type DriftColumn, driftOfColumn, driftOfColumns, labelJudging } from '../../engine/statistics/drift.ts';
import { readCells, sampleFile } from '../monitor/deployed-sample.ts';

function columns(file: string, numbers: string[], levels: string[]): DriftColumn[] {
  const rows = readCells(file);
  const cell = (row: Record<string, string>, name: string) => (row[name] === '' ? undefined : row[name]);
  return [
    ...numbers.map((name): DriftColumn => {
      const values = Float64Array.from(rows, (row) => Number(cell(row, name) ?? Number.NaN));
      return { name, kind: 'number', values };
    }),
    ...levels.map((name): DriftColumn => {
      return { name, kind: 'text', values: rows.map((row) => cell(row, name) ?? null) };
    }),
  ];
}

const days = (year: number) =>
  columns(
    sampleFile('chicago_ridership', `chicago-${year}.csv`),
    ['ridership', 'Clark_Lake', 'Austin', 'temp', 'humidity', 'wind', 'percip'],
    [],
  );

test.each([2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015])('riders of %i are not those of 2002', (year) => {
  const drifted = driftOfColumns(days(2002), days(year)).flatMap(({ name, drifted }) => (drifted ? [name] : []));
  expect(drifted).toEqual(expect.arrayContaining(['ridership', 'Clark_Lake']));
});

const late = (month: number) =>
  columns(sampleFile('flights_monthly', `flights-2001-0${month}.csv`), [], ['late15'])[0] as DriftColumn;

test.each([
  { before: 1, month: 2 },
  { before: 2, month: 5 },
  { before: 5, month: 6 },
])('flights were late at another rate in month $month than in month $before', ({ before, month }) => {
  const result = driftOfColumn(late(before), late(month), labelJudging);
  expect(result).toMatchObject({ verdict: 'drifted', reasons: ['distribution'] });
  expect(result.statistics.z_p).toBeLessThan(0.015);
  expect(driftOfColumn(late(before), late(month)).verdict, 'as an input it is small').toBe('stable');
});

test('the weather of 2015 was another than that of 2012', () => {
  const [before, now] = [2012, 2015].map(
    (year) => columns(sampleFile('seattle_weather', `seattle-weather-${year}.csv`), [], ['weather'])[0] as DriftColumn,
  ) as [DriftColumn, DriftColumn];
  expect(driftOfColumn(before, now, labelJudging).verdict).toBe('drifted');
  const result = driftOfColumn(before, now);
  expect(result).toMatchObject({ verdict: 'drifted', test: 'psi' });
  expect(result.bins.find(({ label }) => label === 'snow')).toMatchObject({ current: 0 });
});
