import { expect, test } from 'vitest';
import { alertLines } from '../../../engine/command-line/monitor-alert-commands.ts';
import { alertView, type Breach } from '../../../engine/monitor/alerts/alert-store.ts';

const drift: Breach = {
  rule: 'drift',
  cause: 'drift',
  severity: 'warning',
  title: '9 of 9 important columns drifted',
  detail: '',
  lookAt: 'Look at the columns.',
  contributions: [],
  since: Date.UTC(2004, 0, 1),
  from: Date.UTC(2014, 6, 1),
  to: Date.UTC(2014, 9, 1),
};
const performance: Breach = {
  ...drift,
  rule: 'performance',
  cause: 'performance',
  severity: 'bad',
  title: 'R² fell to 0.54, below 0.756',
  contributions: [
    { kind: 'slice', name: 'Belmont: from 4.53', share: 1, says: '-3.6 here' },
    { kind: 'column', name: 'Belmont', share: 0.29, says: 'drift 2.1' },
  ],
  since: Date.UTC(2011, 3, 1),
};
const alert = alertView({
  id: 'alert_1',
  deployment: 'price',
  deploymentId: 'dep_1',
  version: 1,
  state: 'open',
  breaches: [performance, drift],
  raisedAt: Date.UTC(2016, 0, 1),
  snoozedUntil: null,
});

test('since when is told of what the title says, not of what broke longer ago beside it', () => {
  expect(alert).toMatchObject({ title: performance.title, since: '2011-04-01T00:00:00.000Z', cause: 'drift' });
});

test('on the command line a share says whether it is of slices or of columns, which do not add up', () => {
  expect(alertLines(alert).slice(1, 3)).toEqual([
    '  slice Belmont: from 4.53, 100 %: -3.6 here',
    '  column Belmont, 29 %: drift 2.1',
  ]);
});
