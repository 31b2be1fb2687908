import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { objectiveValues } from '../../../engine/package/exports/availability-bounds.ts';
import { monitoringFiles } from '../../../engine/package/exports/monitoring-files.ts';
import { needsProgram } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeExportFiles } from '../../support/write-export-files.ts';

test('of 99.5 of 100 over a month the burn rates are those of the book', () => {
  expect(objectiveValues({ availability: 0.995, days: 30 })).toMatchObject({
    OBJECTIVE: '99.5',
    BUDGET: '0.005',
    FASTBOUND: '14.4 * 0.005',
    SLOWBOUND: '6 * 0.005',
    FASTEND: '2.1 days',
    SLOWEND: '5 days',
  });
});

test('a pace is never slower than the objective allows, nor one that no failure could reach', () => {
  expect(objectiveValues({ availability: 0.9, days: 1 })).toMatchObject({
    DAYS: '1 day',
    FASTBOUND: '1 * 0.1',
    SLOWBOUND: '1 * 0.1',
    SLOWEND: '24 hours',
  });
  expect(objectiveValues({ availability: 0.9, days: 90 })).toMatchObject({ FASTBOUND: '0.55', SLOWBOUND: '0.55' });
});

test.each([
  [0.999, 7, '3.36 * 0.001'],
  [0.9999, 30, '14.4 * 0.0001'],
  [0.9, 90, '0.55'],
  [0.5, 2, '1 * 0.5'],
])('rules of an objective of %d over %d days carry it', (availability, days, bound) => {
  const files = monitoringFiles('riders', 'riders', { availability, days });
  const contentOf = (end: string) => String(files.find(({ path }) => path.endsWith(end))?.content);
  expect(contentOf('alerts.yml')).toContain(`galley:failed_ratio:5m{job="galley"} > ${bound})`);
  expect(contentOf('runbook.md')).toContain(`${100 * availability} of 100 requests are answered over ${days} days`);
  const { panels } = JSON.parse(contentOf('galley.json'));
  const [panel] = panels.filter(
    ({ title }: { title: string }) => title === 'Requests that fail, against the objective',
  );
  expect(panel.fieldConfig.defaults.thresholds.steps.at(-1).value).toBeCloseTo(1 - availability, 9);
});

test('promtool: the cases hold for other objectives, too', (context) => {
  needsProgram(context, 'promtool');
  for (const [availability, days] of [
    [0.999, 7],
    [0.9, 90],
  ] as const) {
    const folder = temporaryFolder();
    writeExportFiles(folder, monitoringFiles('riders', 'riders', { availability, days }));
    keepCases(join(folder, 'prometheus', 'alerts.test.yml'), 'GalleyUnavailable');
    execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd: join(folder, 'prometheus'), stdio: 'pipe' });
  }
});

test('the rules of a day are those of an hour, but for the window', () => {
  const [recording] = monitoringFiles('riders', 'riders').filter(({ path }) => path.endsWith('recording.yml'));
  const { groups } = parse(String(recording?.content)) as { groups: { name: string; rules: object[] }[] };
  const rulesOf = (name: string) => groups.find((group) => group.name === name)?.rules;
  const hour = JSON.stringify(rulesOf('galley-profile-1h'));
  const asDay = hour.replaceAll(':1h', ':1d').replaceAll('[1h]', '[1d]').replaceAll('offset 1h', 'offset 1d');
  // Before its beginning a window of a day, too, looks back one hour.
  const expected = asDay.replaceAll('[1d] offset', '[1h] offset').replaceAll('- 3600', '- 86400');
  expect(rulesOf('galley-profile-1d')).toEqual(JSON.parse(expected));
});

/** Leaves the cases of one alert in a file. */
function keepCases(path: string, alert: string): void {
  const { tests, ...rest } = parse(readFileSync(path, 'utf8')) as {
    tests: { alert_rule_test?: { alertname: string }[] }[];
  };
  const kept = tests.filter((one) => one.alert_rule_test?.some(({ alertname }) => alertname === alert));
  expect(kept).toHaveLength(2);
  writeFileSync(path, stringify({ ...rest, tests: kept }));
}
