import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { calls } from '../../../engine/contract/index.ts';
import { scrapeConfig } from '../../../engine/monitor/export/scrape-config.ts';
import { needsProgram } from '../../support/needs.ts';
import { deploySample, type SharedApp, sampleFile, sharedApp } from '../deployed-sample.ts';

const name = 'penguins';
let engine: SharedApp;
let url: string;
let to: string;
let files: { path: string; sha256: string }[];

const read = (...path: string[]) => readFileSync(join(to, ...path), 'utf8');

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
  const file = sampleFile('penguins', 'penguins.csv');
  ({ url } = await deploySample(engine, name, [file], { target: 'species', exclude: ['year'] }));
  await engine.call(calls.monitor.objective, { deployment: name, availability: 0.98, days: 14 });
  to = join(engine.folder, 'watching');
  ({ files } = await engine.call(calls.monitor.export, { deployment: name, to }));
}, 60_000);

test('every file is there as it is told, is named in the README, and has no placeholder left', () => {
  const readme = read('README.md');
  for (const { path, sha256 } of files) {
    const content = readFileSync(path, 'utf8');
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    expect(content, path).not.toMatch(/%[A-Z]+%/);
  }
  const named = [...readme.matchAll(/^\| `([^|]+)` \|/gm)].map(([, path]) => path as string);
  const written = files.map(({ path }) => path.slice(to.length + 1));
  expect(written).toEqual(expect.arrayContaining(named));
  const provisioning = written.filter((path) => path.startsWith('grafana/provisioning/'));
  expect(written.toSorted()).toEqual([...named, ...provisioning, 'README.md'].toSorted());
});

test('Prometheus takes the config and the rules, and their cases hold', (context) => {
  const { scrape_configs } = parse(read('prometheus', 'prometheus.yml'));
  expect(scrape_configs).toEqual([{ job_name: 'galley', static_configs: [{ targets: [new URL(url).host] }] }]);
  needsProgram(context, 'promtool');
  const cwd = join(to, 'prometheus');
  execFileSync('promtool', ['check', 'config', 'prometheus.yml'], { cwd, stdio: 'pipe' });
  execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd, stdio: 'pipe' });
});

test('the alert on availability has the objective of the deployment', () => {
  expect(read('prometheus', 'alerts.yml')).toContain('galley:failed_ratio:1h{job="galley"} > 6.72 * 0.02');
  expect(read('runbook.md')).toContain('98 of 100 requests are answered over 14 days');
});

test('where callers need a key Prometheus is told where one lies, and a server that does not run is looked for where exported ones are', () => {
  const [job] = parse(scrapeConfig(null, true)).scrape_configs;
  expect(job).toMatchObject({
    authorization: { credentials_file: 'token' },
    static_configs: [{ targets: ['localhost:8080'] }],
  });
});

test('the dashboard has the name of the deployment', () => {
  const { title, uid, panels } = JSON.parse(read('grafana', 'dashboards', 'galley.json'));
  expect([title, uid]).toEqual([name, `galley-${name}`]);
  expect(panels.length).toBeGreaterThan(15);
});

test('a folder with something in it is left alone, as is one for a deployment that is not there', async () => {
  const again = engine.call(calls.monitor.export, { deployment: name, to });
  await expect(again).rejects.toMatchObject({ code: 'package.folder_not_empty' });
  const other = engine.call(calls.monitor.export, { deployment: 'nobody', to: join(engine.folder, 'other') });
  await expect(other).rejects.toMatchObject({ code: 'deploy.not_found' });
});
