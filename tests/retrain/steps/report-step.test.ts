import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type {
  ComparisonArtifact,
  DecisionArtifact,
  FilesArtifact,
} from '../../../engine/contract/retrain-artifacts.ts';
import type { ReportFacts } from '../../../engine/retrain/report/report-document.ts';
import { reportFiles } from '../../../engine/retrain/report/report-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openApp } from '../open-app.ts';
import { addRows, runSteps } from './run-steps.ts';

const comparison: ComparisonArtifact = {
  type: 'comparison',
  model: 'sales',
  against: 'sales@champion',
  champion: { version: 1, value: 0.5 },
  challenger: { version: 2, value: 0.75 },
  metric: { name: 'r2', lowerIsBetter: false },
  margin: 0.1,
  gain: 0.25,
  interval: [0.2, 0.3],
  confidence: 1,
  rows: 40,
  holdout: 'every fourth row',
};
const hostile = '<script>alert(1)</script> [x](javascript:alert(1)) | @everyone\n# head';
const decision: DecisionArtifact = {
  type: 'decision',
  passed: true,
  reason: 'Version 2 is better.',
  comparison,
  checks: [{ name: 'model tests', passed: true, detail: hostile }],
  by: hostile,
};
const facts: ReportFacts = {
  project: 'Prices',
  pipeline: 'work',
  run: 7,
  trigger: hostile,
  madeAt: '2026-06-01T10:00:00.000Z',
  artifacts: [
    decision,
    comparison,
    { type: 'evaluation', run: null, figures: { [hostile]: 1, r2: null }, lines: [hostile] },
    { type: 'deployment', model: 'sales', version: 2, deployment: 'shop', as: 'canary' },
  ],
  runs: new Map(),
};

test('Markdown has the decision, its evidence and pictures beside it, and no mark of others', () => {
  const [{ content } = { content: '' }, ...pictures] = reportFiles(facts, 'markdown', 'reports/a b.md');
  expect(content).toContain('# work, run 7\n');
  expect(content).toContain('| version 2 (challenger) | 0.75 |');
  expect(content).toContain('0.25, 95 % interval 0.2 to 0.3, where more than 0.1 is wanted');
  expect(content).toContain('shop answers with it (canary)');
  expect(content.match(/^## Comparison/gm)).toHaveLength(1);
  expect(content).toContain('](./a%20b-pictures/gain-1.svg)');
  expect(pictures).toMatchObject([
    { path: 'reports/a b-pictures/gain-1.svg', content: expect.stringMatching(/<svg .*margin/s) },
  ]);
  expect(content).not.toMatch(/(^|[^\\])<script|(^|[^\\])@everyone|\n# head|(^|[^\\])\[x\]/);
});

test('HTML is one page without scripts, JSON is what the steps gave', () => {
  const [page] = reportFiles(facts, 'html', 'report.html');
  expect(page?.content).toContain('<svg');
  expect(page?.content).toContain('&lt;script&gt;');
  expect(page?.content).not.toContain('<script');
  const [json] = reportFiles(facts, 'json', 'report.json');
  expect(JSON.parse(json?.content ?? '')).toMatchObject({
    format: 1,
    run: 7,
    artifacts: [decision, comparison, {}, {}],
  });
});

const reporting = (to: string) => `
  - { name: rows, kind: fetch, dataset: sales }
  - { name: fit, kind: train, data: rows, target: y, learner: baseline, split: held }
  - { name: held, kind: split, data: rows, split: { kind: every-nth, every: 4 } }
  - { name: told, kind: report, of: fit, format: markdown, to: ${to} }
`;

test('a report is written into the project and kept with the run, and never over what is not its own', async () => {
  const engine = await openApp();
  const folder = engine.app.context.project.path;
  const rows = Array.from({ length: 40 }, (_, index) => `${index % 7},${index}`);
  await addRows(engine, 'sales', `x,y\n${rows.join('\n')}\n`);
  const ran = await runSteps(engine, reporting('reports/today.md'));
  expect(ran.step('told')).toMatchObject({ status: 'succeeded', summary: 'written to reports/today.md' });
  const text = readFileSync(join(folder, 'reports', 'today.md'), 'utf8');
  expect(text).toMatch(/## Run 1[\s\S]*- \*\*Learner\*\*: baseline[\s\S]*\| R² \|/);
  expect(existsSync(join(folder, 'reports', 'today-pictures', 'run-1.svg'))).toBe(true);
  const { files } = ran.step('told').output as FilesArtifact;
  expect(files.map(({ path }) => path)).toEqual(['reports/today.md', 'reports/today-pictures/run-1.svg']);
  expect(engine.app.context.blobs.read(files[0]?.hash as string).toString()).toBe(text);

  expect((await runSteps(engine, reporting('galley.db-wal'))).run.error).toContain(
    'galley.db-wal is kept by Galley or git',
  );
  expect((await runSteps(engine, reporting('.git/hooks/post-commit'))).run.error).toContain(
    '.git is kept by Galley or git',
  );
  expect((await runSteps(engine, reporting('reports'))).run.error).toContain('it is a folder');
  symlinkSync(temporaryFolder(), join(folder, 'elsewhere'));
  expect((await runSteps(engine, reporting('elsewhere/today.md'))).run.error).toContain(
    'a link leads out of the project',
  );
}, 60_000);
