import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dayMilliseconds } from '../../../engine/base/clock.ts';
import { GalleyError } from '../../../engine/base/errors.ts';
import { type Frame, selectRows } from '../../../engine/base/frame.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import type { Signature } from '../../../engine/contract/values.ts';
import { type RehearseOutput, rehearse } from '../../../engine/retrain/rehearsal/rehearse-job.ts';
import { quietJob } from '../../support/quiet-job.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { calm, firstDay, order, policyOf, rehearsed, stream } from './stream.ts';

const breakDay = Math.round((Date.UTC(2021, 1, 1) - firstDay) / dayMilliseconds);
/** From February 2021 on the same x means the opposite; nothing of x itself tells it. */
const broken = stream((day) => (day < breakDay ? calm : { ...calm, slope: -3 }));

test('after a break the policies come in their order, and the one that watches performance is the best', async () => {
  const result = await rehearsed(order(), broken);
  expect(result).toMatchObject({
    from: '2020-07-01T00:00:00.000Z',
    to: '2022-01-01T00:00:00.000Z',
    first: { kind: 'trained' },
    best: 'on-performance',
  });
  const quality = (name: string) => policyOf(result, name).quality as number;
  expect(quality('never')).toBeLessThan(0);
  expect(quality('every-month')).toBeGreaterThan(0.5);
  expect(quality('every-month')).toBeGreaterThan(quality('every-quarter'));
  expect(quality('every-quarter')).toBeGreaterThan(quality('never') + 1);
  expect(quality('on-performance')).toBeGreaterThan(0.5);
  expect(quality('on-drift')).toBe(quality('never'));

  const watched = policyOf(result, 'on-performance');
  expect(watched.belowLimitAt).toBe('2021-03-01T00:00:00.000Z');
  expect(watched.promotions).toBeGreaterThan(0);
  const [february] = watched.periods.filter(({ from }) => from.startsWith('2021-02'));
  expect(february?.alerts).toMatchObject([{ causes: ['performance'], isFalse: false }]);
  expect(february?.retrainings).toMatchObject([{ trigger: 'alert', outcome: 'promoted', version: 2 }]);
  expect(result.says.join(' ')).toContain('Untouched it would have fallen below the baseline in 8 months');
  expect(result.says.join(' ')).toContain('Retraining on a fall of performance keeps');
});

test('a version that saw nothing of the rows answers first, and nothing is written beside its file', async () => {
  const folder = temporaryFolder();
  await rehearsed(order({ policies: ['never'] }), broken, { stagingFolder: folder });
  const [onnx = '', signature = ''] = readdirSync(join(folder, 'models')).sort();
  const blobs = temporaryFolder();
  copyFileSync(join(folder, 'models', onnx), join(blobs, 'cdef'));
  const { version, ...rest } = order({ policies: ['never'] });
  const seen = selectRows(
    broken,
    Int32Array.from({ length: 100 }, (_, row) => row),
  );
  const known = JSON.parse(readFileSync(join(folder, 'models', signature), 'utf8')) as Signature;
  const input = { ...rest, version: { ...version, onnx: join(blobs, 'cdef'), signature: known } };
  const result = await rehearse(input, { frame: broken, seen }, quietJob(temporaryFolder()));
  expect(result.first).toMatchObject({ kind: 'version', description: 'price@1 as it is' });
  expect(readdirSync(blobs)).toEqual(['cdef']);
});

test('a training that policies share is done once', async () => {
  const folder = temporaryFolder();
  const wish = order({ policies: ['every-quarter', 'every-month'] });
  const result = await rehearsed(wish, broken, { stagingFolder: folder });
  const files = readdirSync(join(folder, 'models')).filter((name) => name.endsWith('.onnx'));
  expect(result.trainings).toBe(files.length);
  expect(result.trainings).toBe(1 + policyOf(result, 'every-month').retrainings);
  expect(policyOf(result, 'every-quarter').retrainings).toBe(6);
});

test('the same order gives the same rehearsal', async () => {
  const withoutSeconds = ({ policies, ...rest }: RehearseOutput) => ({
    ...rest,
    policies: policies.map((policy) => ({ ...policy, trainingSeconds: 0 })),
  });
  const wish = order({ policies: ['every-quarter', 'on-alert'] });
  const [one, other] = [await rehearsed(wish, broken), await rehearsed(wish, broken)];
  expect(withoutSeconds(one)).toEqual(withoutSeconds(other));
});

/** The rows from a day on with other values: what came then is something else. */
function scrambled(frame: Frame, from: number): Frame {
  const random = seededRandom(99);
  const times = frame.columns[0]?.values as Float64Array;
  const columns = frame.columns.map((column) => {
    if (column.kind !== 'number') return column;
    const values = column.values.map((value, row) => ((times[row] as number) < from ? value : 100 * random()));
    return { ...column, values };
  });
  return { ...frame, columns };
}

test.each([
  ['labels that are known at once', 0],
  ['labels that come after 20 days', 20],
])('nothing of the future has a part in what is done: %s', async (_, labelDelay) => {
  const wish = order({ labelDelay, policies: ['every-quarter', 'on-alert'] });
  const until = Date.UTC(2021, 4, 1);
  const [real, other] = [await rehearsed(wish, broken), await rehearsed(wish, scrambled(broken, until))];
  let compared = 0;
  for (const [index, policy] of real.policies.entries()) {
    const before = policy.periods.filter(({ to }) => Date.parse(to) <= until);
    const same = other.policies[index]?.periods.slice(0, before.length) ?? [];
    for (const [place, period] of before.entries()) {
      // Only whether an alert was false is said by what came after it.
      const known = ({ alerts, ...done }: typeof period) => ({
        ...done,
        alerts: alerts.map(({ causes, title }) => ({ causes, title })),
      });
      expect(known(same[place] as typeof period)).toEqual(known(period));
      compared += period.alerts.length + period.retrainings.length;
    }
    const rest = policy.periods.slice(before.length);
    expect(rest).not.toEqual(other.policies[index]?.periods.slice(before.length));
  }
  expect(compared).toBeGreaterThan(5);
});

test('a month of noise makes an alert that is false, and a change that lasts one that is right', async () => {
  const inMonth = (month: number) => (day: number) => {
    const date = new Date(firstDay + day * dayMilliseconds);
    return date.getUTCFullYear() === 2021 && date.getUTCMonth() === month;
  };
  const isNoisy = inMonth(2);
  const noisy = stream((day) => (isNoisy(day) ? { ...calm, noise: 8 } : calm));
  const result = await rehearsed(order({ policies: ['never', 'on-performance'] }), noisy);
  for (const { alerts, falseAlerts, promotions, periods } of result.policies) {
    expect({ alerts, falseAlerts, promotions }).toEqual({ alerts: 1, falseAlerts: 1, promotions: 0 });
    const told = periods.flatMap((period) => period.alerts.map(({ because }) => [period.from.slice(0, 7), because]));
    expect(told).toEqual([['2021-03', expect.stringContaining('in the next period')]]);
  }
  expect(result.best).toBe('never');
  expect(result.says).toContain('1 alert, a false one.');

  const lasting = await rehearsed(order({ policies: ['never'] }), broken);
  expect(policyOf(lasting, 'never')).toMatchObject({ alerts: 1, falseAlerts: 0 });
});

test('an alert at the very end is neither right nor false', async () => {
  const last = stream((day) => (day < 700 ? calm : { ...calm, slope: -3 }));
  const result = await rehearsed(order({ policies: ['never'] }), last);
  const alerts = policyOf(result, 'never').periods.flatMap((period) => period.alerts);
  expect(alerts).toMatchObject([{ isFalse: null }]);
  expect(policyOf(result, 'never')).toMatchObject({ alerts: 1, falseAlerts: 0 });
});

test('drift is told where x moves, and only then retrains the policy that waits for it', async () => {
  const moving = stream((day) => (day < breakDay ? calm : { ...calm, centre: 4 }));
  const result = await rehearsed(order({ policies: ['on-drift', 'on-performance'] }), moving);
  const first = policyOf(result, 'on-drift').periods.findIndex(({ alerts }) =>
    alerts.some(({ causes }) => causes.includes('drift')),
  );
  expect(policyOf(result, 'on-drift').periods[first]?.from).toBe('2021-02-01T00:00:00.000Z');
  expect(policyOf(result, 'on-drift').periods[first]?.drift).toBe(1);
  expect(policyOf(result, 'on-drift').periods[first - 1]?.drift).toBe(0);
  expect(policyOf(result, 'on-drift').retrainings).toBeGreaterThan(0);
});

test('labels that come late are judged late', async () => {
  const at = async (labelDelay: number) => {
    const result = await rehearsed(order({ labelDelay, policies: ['on-performance'] }), broken);
    const periods = policyOf(result, 'on-performance').periods;
    return periods.find(({ alerts }) => alerts.length > 0)?.from;
  };
  expect(await at(0)).toBe('2021-02-01T00:00:00.000Z');
  expect(await at(25)).toBe('2021-03-01T00:00:00.000Z');
  expect(await at(60)).toBe('2021-04-01T00:00:00.000Z');
});

test('it stops where it is told to', async () => {
  const stopped = new GalleyError('job.canceled', 'The job was stopped.');
  let periods = 0;
  const job = {
    progress: ({ phase }: { phase: string }) => {
      if (phase.startsWith('rehearsing')) periods++;
    },
    throwIfCanceled: () => {
      if (periods >= 5) throw stopped;
    },
  };
  await expect(rehearsed(order(), broken, job)).rejects.toBe(stopped);
  expect(periods).toBe(5);
});

test('a retraining that cannot be is told, and the model goes on; a first one that cannot be is an error', async () => {
  const stuck = stream((day) => (day < 600 ? calm : { slope: 0, centre: 1, noise: 0 }));
  const result = await rehearsed(order({ windowDays: 20, policies: ['every-month'] }), stuck);
  const last = policyOf(result, 'every-month').periods.slice(-3);
  expect(last.map(({ retrainings }) => retrainings)).toEqual(
    last.map(() => [
      { trigger: 'schedule', outcome: 'failed', version: null, gain: null, reason: expect.stringContaining('"y"') },
    ]),
  );
  expect(new Set(last.map(({ version }) => version)).size).toBe(1);
  const wish = order({ windowDays: 1, policies: ['every-month'] });
  await expect(rehearsed(wish, broken)).rejects.toMatchObject({ code: 'train.too_few_rows' });
});

test('values that a model cannot do without are refused as the server refuses them', async () => {
  const holed = stream(() => calm);
  const x = holed.columns[1]?.values as Float64Array;
  // In the last month alone: no model was trained with a missing value.
  for (let row = x.length - 10; row < x.length; row++) x[row] = Number.NaN;
  const result = await rehearsed(order({ policies: ['never'] }), holed);
  const { periods } = policyOf(result, 'never');
  expect(periods.at(-1)).toMatchObject({ refused: 10, rows: 30 * 4 - 10 });
  expect(periods.slice(0, -1).every(({ refused }) => refused === 0)).toBe(true);
});

test('a baseline that is given is a line', async () => {
  const result = await rehearsed(order({ baseline: 0.4, policies: ['never'] }), broken);
  expect(result.baseline).toEqual({ kind: 'given', values: result.policies[0]?.periods.map(() => 0.4) });
  expect(policyOf(result, 'never').belowBaselineAt).toBe('2021-03-01T00:00:00.000Z');
});

test('without rows for two periods there is nothing to rehearse', async () => {
  const wish = order({ from: Date.UTC(2021, 11, 5) });
  await expect(rehearsed(wish, broken)).rejects.toMatchObject({ code: 'retrain.nothing_to_rehearse' });
});
