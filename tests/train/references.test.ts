import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Frame, findColumn } from '../../engine/base/frame.ts';
import { drawRows } from '../../engine/train/draw-rows.ts';
import { metricsOf } from '../../engine/train/evaluation/judged.ts';
import { matrixOf } from '../../engine/train/features/feature-matrix.ts';
import { refuseLeaks } from '../../engine/train/leaks.ts';
import { answerRows, type Model } from '../../engine/train/model.ts';
import { needsShared } from '../support/needs.ts';
import {
  parseFrame,
  type Reference,
  referenceTypes,
  sampleFrame,
  sampleReference,
  sharedSet,
  stackFrames,
} from '../support/sample-frames.ts';
import { everyFifth, numberColumn, trainOn } from '../support/train-sample.ts';

/*
 * The linear learner against scikit-learn on the references' columns and split. Both solve the same convex problem, so
 * their metrics agree to the solvers' tolerances.
 */

const compared = ['accuracy', 'log_loss', 'roc_auc', 'brier', 'r2'];
const referenceNames: Record<string, string[]> = { roc_auc: ['roc_auc', 'roc_auc_ovr_macro'] };

function expectClose(
  metrics: Record<string, number | null>,
  expected: Record<string, number | null>,
  tolerance = 0.005,
): void {
  let count = 0;
  for (const name of compared) {
    const wanted = (referenceNames[name] ?? [name])
      .map((alias) => expected[alias])
      .find((value) => value !== undefined);
    if (wanted === undefined) continue;
    count++;
    if (wanted === null) expect(metrics[name], name).toBeNull();
    else expect(Math.abs((metrics[name] as number) - wanted), name).toBeLessThan(tolerance);
  }
  expect(count).toBeGreaterThan(0);
}

function columnsOf({ numeric, categorical }: Reference): string[] {
  return [...numeric, ...categorical];
}

function judge(model: Model, frame: Frame) {
  const column = findColumn(frame, model.target);
  const target =
    column?.kind === 'text'
      ? Float64Array.from(column.values, (label) => model.classes.indexOf(label ?? ''))
      : (column?.values as Float64Array);
  return metricsOf({ ...model, answers: answerRows(model, frame), target });
}

test('penguins: multinomial with missing values', async () => {
  const reference = sampleReference('penguins');
  const frame = sampleFrame('penguins', 'penguins.csv', referenceTypes(reference));
  const { metrics, prepared, fits } = await trainOn(frame, { target: 'species', features: columnsOf(reference) });
  expect(fits[0]?.summary.converged).toBe(true);
  expect([prepared.training.target.length, prepared.holdout.target.length]).toEqual([275, 69]);
  expectClose(metrics, reference.holdout?.logistic_regression ?? {});
  const baseline = await trainOn(frame, { target: 'species', features: columnsOf(reference) }, 'baseline');
  expectClose(baseline.metrics, reference.holdout?.baseline_prior ?? {});
});

test('seattle_weather: classes that vanish in later years', async () => {
  const reference = sampleReference('seattle_weather');
  const year = (number: number) => {
    const types = { ...referenceTypes(reference), date: 'date' as const };
    const frame = sampleFrame('seattle_weather', `seattle-weather-${number}.csv`, types);
    const dates = findColumn(frame, 'date')?.values as Float64Array;
    const months = Array.from(dates, (time) => new Date(time).getUTCMonth() + 1);
    return { ...frame, columns: [...frame.columns, numberColumn('month', months)] };
  };
  const { metrics, model } = await trainOn(year(2012), { target: 'weather', features: columnsOf(reference) });
  const frozen = reference.results?.frozen ?? {};
  expectClose(metrics, frozen.same_period_holdout?.logistic_regression ?? {});
  for (const later of [2013, 2014, 2015]) {
    expectClose(judge(model, year(later)), frozen[`seattle-weather-${later}.csv`]?.logistic_regression ?? {});
  }
});

/** Fills up with rows without target, so that index % 5 counts within each file as the reference does. */
function padded(frame: Frame): Frame {
  const missing = (5 - (frame.rows % 5)) % 5;
  const columns = frame.columns.map((column) =>
    column.kind === 'text'
      ? { ...column, values: [...column.values, ...new Array<null>(missing).fill(null)] }
      : { ...column, values: Float64Array.from([...column.values, ...new Array<number>(missing).fill(Number.NaN)]) },
  );
  return { rows: frame.rows + missing, columns };
}

test('chicago_ridership: ridge, the weekday from the date, and its decay over the years', async () => {
  const reference = sampleReference('chicago_ridership');
  const types = { ...referenceTypes(reference), date: 'date' as const };
  const year = (number: number) => sampleFrame('chicago_ridership', `chicago-${number}.csv`, types);
  const frame = stackFrames([2001, 2002, 2003].map((number) => padded(year(number))));
  const features = [...reference.numeric, 'date:weekday'];
  const { metrics, model, prepared } = await trainOn(frame, { target: 'ridership', features });
  const frozen = reference.results?.frozen ?? {};
  expect(matrixOf(prepared.training.layouts, 'scaled').width).toBe(reference.numeric.length + 7);
  expectClose(metrics, frozen.same_period_holdout?.ridge ?? {}, 1e-5);
  for (let later = 2004; later <= 2016; later++) {
    expectClose(judge(model, year(later)), frozen[`chicago-${later}.csv`]?.ridge ?? {}, 1e-5);
  }
});

for (const name of ['titanic', 'spam', 'arrests', 'diamonds']) {
  test(`${name}: as scikit-learn`, async (context) => {
    const { reference, frame } = sharedSet(context, name);
    const { metrics, fits } = await trainOn(frame, { target: reference.target, features: columnsOf(reference) });
    expect(fits[0]?.summary.converged).toBe(true);
    expectClose(metrics, reference.holdout?.[reference.task === 'regression' ? 'ridge' : 'logistic_regression'] ?? {});
  });
}

const flights = 'flights_monthly: a model of January, as it meets the later months; delay_minutes is stopped as a leak';

// Six files of 50,000 rows.
test(flights, { timeout: 120_000 }, async (context) => {
  const folder = needsShared(context, 'data', 'flights_monthly');
  const reference = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Reference;
  const month = (number: number) => {
    const csv = readFileSync(join(folder, 'files', `flights-2001-0${number}.csv`), 'utf8');
    return parseFrame(csv, { ...referenceTypes(reference), delay_minutes: 'int64' });
  };
  const request = { target: reference.target, split: everyFifth, window: null, keyColumns: [] };
  const january = month(1);
  expect(() => refuseLeaks(january, 'late15', drawRows(january, request), [], () => {})).toThrow(
    /"delay_minutes" alone tells "late15"/,
  );
  const features = columnsOf(reference);
  expect(() => refuseLeaks(january, 'late15', drawRows(january, { ...request, features }), [], () => {})).not.toThrow();
  const { metrics, model } = await trainOn(january, { target: reference.target, features });
  const frozen = reference.results?.frozen ?? {};
  expectClose(metrics, frozen.same_period_holdout?.logistic_regression ?? {});
  for (const later of [2, 3, 4, 5, 6]) {
    expectClose(judge(model, month(later)), frozen[`flights-2001-0${later}.csv`]?.logistic_regression ?? {});
  }
});
