import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { MonitorReport } from '../../../engine/contract/monitor.ts';
import { reportPage } from '../../../engine/monitor/report-page/report-page.ts';
import { timeChart } from '../../../engine/monitor/report-page/time-chart.ts';
import { writeReport } from '../../../engine/monitor/report-page/write-report.ts';
import { columnDrift, monitorReport, yearWindow } from '../../renderer/monitor-reports.ts';
import { needsBrowser } from '../../support/browser.ts';

function wideReport(columns: number): MonitorReport {
  const drifts = Array.from({ length: columns }, (_, index) =>
    columnDrift({
      name: index === 0 ? '<img src=x onerror=alert(1)>' : `column ${index} ${'with a long name '.repeat(20)}`,
      drifted: index % 7 === 0,
      verdict: index % 7 === 0 ? 'drifted' : 'stable',
      bins: Array.from({ length: 40 }, (_, bin) => ({
        label: `level ${bin} ${'of many letters '.repeat(10)}`,
        from: null,
        to: null,
        reference: (bin + 1) / 820,
        current: (40 - bin) / 820,
      })),
    }),
  );
  const windows = Array.from({ length: 120 }, (_, year) =>
    yearWindow(1900 + year, year % 3 === 0 ? null : 0.8 - year / 1000),
  );
  return monitorReport(windows, drifts);
}

const facts = (report: MonitorReport) => ({
  report,
  quality: null,
  madeAt: '2026-11-29T12:00:00.000Z',
  galleyVersion: '1.0.0',
});

test('a page of 50 columns, and of 5,000, stays below 2 MB', () => {
  for (const columns of [50, 5000]) {
    const page = reportPage(facts(wideReport(columns)));
    expect(Buffer.byteLength(page), `${columns} columns`).toBeLessThan(2_000_000);
    expect(page).toContain('of 5');
  }
});

test('what data calls itself is written as text', () => {
  const page = reportPage(facts(wideReport(1)));
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
});

test('windows without a value leave a gap in the line', () => {
  const values = [1, 2, null, 3, 4];
  const { text } = timeChart(
    values.map(() => '2026-01-01'),
    [{ name: 'f1', drawn: 'line', values }],
    'F1',
  );
  expect(text.match(/<polyline/g)).toHaveLength(2);
  expect(text.match(/<circle/g)).toHaveLength(4);
});

test('a file that cannot be written is told by its code, and nothing of it stays', () => {
  const folder = mkdtempSync(join(tmpdir(), 'galley-report-'));
  try {
    const path = join(folder, 'deep', 'report.html');
    const { bytes } = writeReport(path, '<p>é</p>');
    expect([bytes, readFileSync(path, 'utf8')]).toEqual([9, '<p>é</p>']);
    expect(() => writeReport(join(path, 'below-a-file.html'), 'x')).toThrow(
      expect.objectContaining({ code: 'monitor.not_writable' }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a browser shows the page without asking for anything, in light and dark', async (context) => {
  const browser = await needsBrowser(context);
  const folder = mkdtempSync(join(tmpdir(), 'galley-report-'));
  try {
    const path = join(folder, 'report.html');
    writeReport(path, reportPage(facts(wideReport(50))));
    for (const colorScheme of ['light', 'dark'] as const) {
      const shown = await browser.newContext({ colorScheme });
      const page = await shown.newPage();
      const requests: string[] = [];
      const faults: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => faults.push(message.text()));
      await page.goto(`file://${path}`);
      expect(requests).toEqual([`file://${path}`]);
      expect(faults).toEqual([]);
      expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(
        expect.arrayContaining(['Over time', 'Drift', 'Quality and traffic', 'Alerts', 'What the figures mean']),
      );
      expect(await page.locator('svg').count()).toBeGreaterThan(50);
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe(colorScheme === 'light' ? 'rgb(251, 251, 250)' : 'rgb(17, 21, 28)');
      await shown.close();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}, 60_000);
