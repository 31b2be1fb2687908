import { expect, test } from 'vitest';
import type { Flags } from '../../engine/command-line/command.ts';
import { monitorCommands } from '../../engine/command-line/monitor-commands.ts';
import { formatNumber } from '../../engine/command-line/table.ts';

const report = monitorCommands.find(({ words }) => words === 'monitor report');
const input = (positionals: string[], flags: Flags) => report?.input(positionals, flags);

const drift = {
  reference: 'sales@1 (900 rows)',
  share: 0.5,
  columns: [{ name: 'city', test: 'psi', score: null, threshold: 0.2, verdict: 'too_few_rows' }],
  notCompared: Array.from({ length: 12 }, (_, index) => ({ name: `column ${index}`, reason: 'vanished' })).concat([
    { name: 'age', reason: 'changed_type' },
  ]),
  multivariate: { columns: 0, verdict: 'too_few_rows', reconstruction: null, domain: null },
};

test('a report says which columns it could not compare, and verdicts in words', () => {
  const lines = report?.print({ deployment: null, traffic: { rows: 20 }, drift } as never) ?? [];
  expect(lines).toContain(
    'Not compared, vanished: column 0, column 1, column 2, column 3, column 4, column 5, column 6, column 7, column 8, column 9 and 2 more.',
  );
  expect(lines).toContain('Not compared, changed type: age.');
  expect(lines.join('\n')).toMatch(/city +psi +0\.2000 +too few rows/);
});

test('metrics of a report are as long as those of other commands', () => {
  const performance = { rows: 3799, metrics: { r2: 0.7203098436256825 }, reference: { r2: null } };
  const answer = {
    deployment: 'shop',
    traffic: { rows: 4000, requests: 142, errors: 0 },
    metric: { name: 'r2' },
    performance,
    drift,
    timeline: [],
    alerts: [],
  };
  expect(report?.print(answer as never)[1]).toBe(
    `r2 ${formatNumber(0.72031)} on 3,799 labelled rows (holdout: unknown).`,
  );
});

test('what of the log could not be read is told', () => {
  const answer = {
    ...{ deployment: 'shop', traffic: { rows: 40, requests: 4, errors: 0 }, metric: { name: 'r2' }, performance: null },
    ...{ drift, timeline: [], alerts: [], damaged: { segments: 1, bytes: 17 } },
  };
  expect(report?.print(answer as never)[1]).toBe(
    '1 segment of the log ended early or could not be read: 17 bytes without a row.',
  );
});

test('a report is of a deployment or of a reference, and takes no flag that it would pass over', () => {
  const sides = { reference: 'sales@1', current: 'sales@2' };
  expect(input([], { ...sides, thresholds: 'chunks' })).toEqual({ ...sides, thresholds: 'chunks' });
  expect(() => input(['shop'], sides)).toThrow('monitor report takes either a deployment, or');
  for (const flag of ['since', 'until', 'window', 'rows'])
    expect(() => input([], { ...sides, [flag]: '2015-01-01' }), flag).toThrow(`--${flag} goes with a deployment`);
});
