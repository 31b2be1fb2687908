import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { DemoYear, demoCalls } from '../../engine/contract/retrain.ts';
import type { rehearsalCalls } from '../../engine/contract/retrain-rehearsal.ts';
import { galley } from '../support/engine.ts';
import { sampleReference } from '../support/sample-frames.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('galley demo: the frozen model decays as in the reference, the renewed one stays good', async () => {
  const folder = join(temporaryFolder(), 'ridership');
  const { code, json } = await galley<OutputOf<typeof demoCalls.run>>(['demo', folder, '--json']);
  expect(code).toBe(0);
  expect(json.project.path).toBe(folder);
  const frozen = sampleReference('chicago_ridership').results?.frozen;
  expect(json.years.map(({ year }) => year)).toEqual(Array.from({ length: 13 }, (_, index) => 2004 + index));
  for (const year of json.years) {
    const expected = frozen?.[`chicago-${year.year}.csv`]?.ridge?.r2 as number;
    expect(Math.abs(year.frozen.r2 - expected), `${year.year}`).toBeLessThan(0.02);
  }
  const late = json.years.filter(({ year }) => year >= 2008);
  const mean = (value: (year: DemoYear) => number) => late.reduce((sum, year) => sum + value(year) / late.length, 0);
  expect(mean(({ live }) => live.r2) - mean((year) => year.frozen.r2)).toBeGreaterThan(0.15);
  expect(json.years.filter(({ retrained }) => retrained).length).toBeGreaterThan(1);

  // A rehearsal of the first version on the same rows says beforehand what then happened, by the pipeline's own window and bound.
  const wish = ['ridership@1', '--period', 'year', '--policy', 'never', '--policy', 'on-alert'];
  const forecast = await galley<OutputOf<typeof rehearsalCalls.rehearse>>([
    'retrain',
    'rehearse',
    ...wish,
    '--project',
    folder,
    '--json',
  ]);
  expect(forecast.code).toBe(0);
  const [untouched, renewed] = forecast.json.rehearsal.policies;
  expect(renewed?.periods).toHaveLength(json.years.length);
  for (const [index, { frozen: stayed, live, year, retrained, drift }] of json.years.entries()) {
    expect(untouched?.periods[index]?.value, `${year}`).toBeCloseTo(stayed.r2, 9);
    const { value, version, retrainings, drift: share } = renewed?.periods[index] ?? {};
    expect(value, `${year}`).toBeCloseTo(live.r2, 9);
    expect({ version, share }, `${year}`).toEqual({ version: live.version, share: drift });
    expect(
      retrainings?.some(({ outcome }) => outcome === 'promoted'),
      `${year}`,
    ).toBe(retrained);
  }
  const told = renewed?.periods.map(({ alerts }) => alerts.map(({ title }) => title));
  expect(told).toEqual(json.years.map(({ alerts }) => alerts.filter((title) => !title.startsWith('still: '))));

  const again = await galley<OutputOf<typeof demoCalls.run>>(['demo', folder, '--until-year', '2004', '--json']);
  expect(again).toMatchObject({ code: 0, json: { model: 'ridership-2', years: [{ year: 2004 }] } });
}, 300_000);
