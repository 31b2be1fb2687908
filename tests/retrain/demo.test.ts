import { expect, test } from 'vitest';
import { demoCalls, retrainCalls } from '../../engine/contract/retrain.ts';
import { sampleReference } from '../support/sample-frames.ts';
import { openApp } from './open-app.ts';

const shortUntil = 2006;

/** R² that scikit-learn's ridge, fitted on 2001 to 2003 only, reached in each later year. */
function frozenReference(year: number): number {
  const results = sampleReference('chicago_ridership').results?.frozen[`chicago-${year}.csv`];
  return results?.ridge?.r2 as number;
}

test('the demo replays the years to 2006: the frozen model agrees with scikit-learn, the live one is renewed', async () => {
  const engine = await openApp();
  const job = await engine.start(demoCalls.run, { untilYear: shortUntil });
  const { years } = (await engine.app.context.jobs.result(job.id)) as {
    years: import('../../engine/contract/retrain.ts').DemoYear[];
  };
  expect(years.map(({ year }) => year)).toEqual([2004, 2005, 2006]);
  for (const { year, frozen } of years) {
    expect(Math.abs(frozen.r2 - frozenReference(year)), `${year}`).toBeLessThan(0.02);
  }
  const { pipelines, runs } = await engine.call(retrainCalls.list, {});
  expect(runs.length).toBeGreaterThan(0);
  expect(runs.every(({ trigger }) => trigger.kind === 'alert')).toBe(true);
  expect(pipelines[0]).toMatchObject({ model: 'ridership', deployment: 'ridership', onAlert: true });
}, 180_000);
