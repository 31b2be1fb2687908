import { createHash } from 'node:crypto';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { escapeHtml, html } from '../../../engine/base/html.ts';
import { ticksBetween, writeNumber } from '../../../engine/base/report-numbers.ts';
import type { RunDetail } from '../../../engine/contract/train.ts';
import { toRun } from '../../../engine/train/store.ts';
import { describeTracking } from '../../../engine/train/tracking/calls.ts';
import { allColumns, csvOf } from '../../../engine/train/tracking/export/run-csv.ts';
import { reportOf } from '../../../engine/train/tracking/export/run-report.ts';
import { RunFields } from '../../../engine/train/tracking/run-fields.ts';
import { RunList } from '../../../engine/train/tracking/run-list.ts';
import { storedRuns } from './stored-runs.ts';

const hostile = `<script>alert("1")</script>'&`;

function twoRuns() {
  const made = storedRuns(2, (run, index) => ({
    ...run,
    metrics: index === 0 ? run.metrics : { r2: 1 / 3 },
    recipe: {
      ...run.recipe,
      features: index === 0 ? ['rooms', hostile] : ['rooms'],
      parameters: { alpha: index, [hostile]: hostile },
    },
    detail: {
      ...run.detail,
      importance: [{ name: hostile, value: 0.5 }],
      curves: {
        pairs: [
          { actual: 1, predicted: 2 },
          { actual: 2, predicted: Number.NaN },
          { actual: 3, predicted: 2.5 },
        ],
      },
      environment: { ...run.detail.environment, libraries: { onnxruntime: '1.30.0' } },
    },
  }));
  made.store.facts.rename(1, hostile);
  made.store.facts.note(1, `line one\n${hostile}`);
  made.store.facts.tag([2], { team: '=1+1', 'a b': '-5', other: '-x' });
  return made;
}

function detailsOf(store: ReturnType<typeof twoRuns>['store']): RunDetail[] {
  return ['1', '2'].map((reference) => {
    const stored = store.find(reference) as NonNullable<ReturnType<typeof store.find>>;
    const { warnings, environment, features, importance, curves, history = [] } = stored.detail;
    const lineage = { dataset: { name: stored.datasetName, version: stored.datasetVersion }, models: [] };
    const { recipe, recipeHash } = stored;
    return {
      run: toRun(stored),
      recipe,
      recipeHash,
      warnings,
      environment,
      tracking: describeTracking(stored.tracking),
      features,
      importance,
      curves,
      history,
      lineage,
    };
  });
}

test('a CSV file holds what the runs have, in full precision, and no formula', () => {
  const { database } = twoRuns();
  const list = new RunList(database);
  const columns = allColumns(new RunFields(database).list());
  const text = csvOf(list, [1, 2], columns);
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  expect(data).toHaveLength(2);
  expect(data[0]).toMatchObject({
    number: '1',
    run_name: hostile,
    note: `line one\n${hostile}`,
    'metrics.rmse': '1',
    start_time: '2025-01-01T00:00:00.000Z',
    holdout_looks: '0',
  });
  expect(data[1]).toMatchObject({
    'metrics.r2': String(1 / 3),
    'metrics.rmse': '',
    'params.alpha': '1',
    'tags.team': "'=1+1",
    'tags.`a b`': '-5',
    'tags.other': "'-x",
    holdout_looks: '1',
  });
  expect(Object.keys(data[0] ?? {})).not.toContain('sweep');
  expect(csvOf(list, [2], ['metrics.r2'])).toBe(`metrics.r2\r\n${1 / 3}\r\n`);
});

test('a report is one page that asks for nothing, with everything escaped', () => {
  const { store } = twoRuns();
  const details = detailsOf(store);
  const page = reportOf({
    title: `Candidates ${hostile}`,
    project: 'kitchen',
    madeAt: '2026-11-28T18:00:00.000Z',
    engine: '0.1.0',
    runs: details.map(({ run }) => run),
    details,
  });
  expect(page).not.toContain('<script');
  expect(page).not.toMatch(/\s(src|href|style|on\w+)=/);
  expect(page).not.toMatch(/url\(|@import|https?:/);
  expect(page).toContain('line one\n&lt;script&gt;');
  const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(page).toContain('<th scope="row">alpha</th>');
  expect(page).toMatch(/<th scope="row">column &lt;script&gt;[^<]*<\/th><td>yes<\/td><td>–<\/td>/);
  expect(page.match(/<circle class="point"/g)).toHaveLength(4);
  expect(page).toContain('onnxruntime 1.30.0');
  expect(page).toContain('1 run was judged on this holdout before.');
});

test('the tag of HTML escapes values, keeps pieces, and leaves nothing out but control characters', () => {
  expect(html`<p title="${'"'}">${['a', html`<b>${'<'}</b>`, null, 3]}</p>`.text).toBe(
    '<p title="&quot;">a<b>&lt;</b>3</p>',
  );
  expect(escapeHtml('a\u0000\u001b\tb\n')).toBe('a\tb\n');
});

test.each([
  [0, '0'],
  [-0.5, '−0.5'],
  [1 / 3, '0.3333'],
  [12_345.6, '12,346'],
  [1e-7, '1.000e−7'],
  [Number.POSITIVE_INFINITY, '∞'],
  [null, '–'],
])('%s is written %s', (value, text) => expect(writeNumber(value)).toBe(text));

test('ticks are round and lie within', () => {
  expect(ticksBetween(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticksBetween(-3, 17)).toEqual([0, 5, 10, 15]);
  expect(ticksBetween(0.02, 0.99)).toEqual([0.2, 0.4, 0.6, 0.8]);
  expect(ticksBetween(2, 2)).toEqual([2]);
});
