import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import type { Run } from '../../engine/contract/train.ts';
import type { Signature } from '../../engine/contract/values.ts';
import type { RunningEngine } from '../support/engine.ts';
import { sampleFile } from './window.ts';

type Day = Record<string, string>;

const name = 'ridership';

/** The days of a year, as they stand in the sample. */
function daysOf(year: number): Day[] {
  const text = readFileSync(sampleFile('chicago_ridership', `chicago-${year}.csv`), 'utf8');
  return Papa.parse<Day>(text, { header: true, skipEmptyLines: true }).data;
}

/**
 * A deployment `ridership` of a model that was trained on 2001 to 2003 and was asked each day of `years`, with what came
 * true of all but the last `unlabelled` days.
 */
export async function monitorRidership(
  engine: Pick<RunningEngine, 'call' | 'result'>,
  years: readonly number[],
  unlabelled = 0,
): Promise<void> {
  const files = [2001, 2002, 2003].map((year) => sampleFile('chicago_ridership', `chicago-${year}.csv`));
  await engine.result('data.add', { name, files });
  const { best } = await engine.result<{ best: Run }>('train.run', {
    reference: name,
    target: name,
    learners: ['linear'],
    features: [
      'temp',
      'humidity',
      'wind',
      'percip',
      'weather_rain',
      'weather_snow',
      'Clark_Lake',
      'Austin',
      'date:weekday',
    ],
    split: { kind: 'every-nth', every: 5 },
  });
  const packaged = { run: best.id, model: name, alias: 'champion' };
  const { signature } = await engine.result<{ signature: Signature }>('package.add', packaged);
  const { url } = await engine.call<{ url: string }>('deploy.start', { reference: name });
  const days = years.flatMap(daysOf);
  await ask(url, days, signature);
  const labels = days
    .slice(0, days.length - unlabelled)
    .map((day) => ({ id: day.date as string, label: Number(day[name]) }));
  await engine.call('monitor.addLabels', { deployment: name, labels });
  await engine.call('monitor.check', { deployment: name });
}

/** As other programs ask, a year at a time. */
async function ask(url: string, days: readonly Day[], { inputs }: Signature): Promise<void> {
  for (let start = 0; start < days.length; start += 366) {
    const asked = days.slice(start, start + 366);
    const rows = asked.map((day) => Object.fromEntries(inputs.map((input) => [input.name, cellOf(day, input)])));
    const ids = asked.map((day) => day.date);
    const response = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rows, ids, event_times: ids.map((id) => `${id}T12:00:00Z`) }),
    });
    if (!response.ok) throw new Error(`the server answered ${response.status}: ${await response.text()}`);
  }
}

function cellOf(day: Day, { name: column, type }: Signature['inputs'][number]): string | number | null {
  const text = day[column] ?? '';
  if (text === '') return null;
  return type === 'int64' || type === 'float64' ? Number(text) : text;
}
