import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { scrapeConfig } from '../../engine/monitor/export/scrape-config.ts';
import { monitoringFiles } from '../../engine/package/index.ts';
import { ServingClient } from '../../engine/serving/serving-client.ts';
import { populationStabilityIndex } from '../../engine/statistics/distances.ts';
import { readDocument } from '../../engine/statistics/profile/document.ts';
import { Profile } from '../../engine/statistics/profile/profile.ts';
import { countedRiders, ridersReference, ridersRows } from '../serving/profiles/riders-reference.ts';
import { predict, send } from '../serving/running-server.ts';
import { needsProgram } from '../support/needs.ts';
import { type AskPrometheus, hurry, startedPrometheus } from '../support/prometheus.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { writeExportFiles } from '../support/write-export-files.ts';

type Rows = ReturnType<typeof ridersRows>;

async function replica(): Promise<string> {
  const client = await ServingClient.start(countedRiders(), () => {});
  onTestFinished(() => client.stop());
  return client.ready.url;
}

/** Prometheus with the exported rules, which scrapes these servers. */
async function watching(urls: readonly string[]): Promise<AskPrometheus> {
  const folder = temporaryFolder();
  writeExportFiles(folder, monitoringFiles('riders', 'riders'));
  const home = join(folder, 'prometheus');
  mkdirSync(home, { recursive: true });
  const config = parse(scrapeConfig(urls[0] as string, false));
  config.scrape_configs[0].static_configs[0].targets = urls.map((url) => new URL(url).host);
  writeFileSync(join(home, 'prometheus.yml'), stringify(config));
  hurry(home);
  return startedPrometheus(home);
}

/** Population stability index of each column over the rows of all servers together, from their profiles. */
async function indexOfProfiles(urls: readonly string[]): Promise<Record<string, number>> {
  const reference = ridersReference();
  const merged = new Profile(reference);
  for (const url of urls) {
    const { body } = await send(url, { method: 'GET', path: '/profile' });
    for (const profile of readDocument(body, (_, version) => ridersReference(version)).profiles) {
      if (profile.reference.profile.version === 1) merged.merge(profile);
    }
  }
  return Object.fromEntries(
    reference.profile.columns.map(({ bins }, index) => {
      const counts = bins.counts.map((_, bin) =>
        merged.windows.reduce((sum, { columns }) => sum + (columns[index]?.counts[bin] as number), 0),
      );
      const missing = merged.windows.reduce((sum, { columns }) => sum + (columns[index]?.missing as number), 0);
      return [bins.name, populationStabilityIndex([...bins.counts, bins.missing], [...counts, missing]) as number];
    }),
  );
}

async function indexOfRules(ask: AskPrometheus, window: string): Promise<Record<string, number>> {
  const { result: features } = await ask(`query?query=galley:feature_psi:${window}`);
  const { result: predictions } = await ask(`query?query=galley:prediction_psi:${window}`);
  const numberOf = ({ value }: { value: [number, string] }) => Number(value[1]);
  return Object.fromEntries([
    ...features.map((sample: { metric: { feature: string }; value: [number, string] }) => [
      sample.metric.feature,
      numberOf(sample),
    ]),
    ...predictions.map((sample: { value: [number, string] }) => ['prediction', numberOf(sample)]),
  ]);
}

/** Resolves when the rules have counted so many rows of every column. */
async function counted(ask: AskPrometheus, rows: number): Promise<void> {
  for (const name of ['galley:feature_rows:1h', 'galley:feature_rows:1d', 'galley:prediction_rows:1d']) {
    await expect
      .poll(
        async () => {
          const { result } = await ask(`query?query=${name}{version="1"}`);
          return new Set(result.map(({ value }: { value: [number, string] }) => Number(value[1])));
        },
        { timeout: 60_000 },
      )
      .toEqual(new Set([rows]));
  }
  // What builds on the sums is there after the next evaluation of all groups, and what builds on that after another.
  for (let round = 0; round < 2; round++) await evaluated(ask);
}

/** Resolves when each group of rules was evaluated anew. */
async function evaluated(ask: AskPrometheus): Promise<void> {
  const since = Date.now();
  const oldest = async () => {
    const { groups } = await ask('rules');
    return Math.min(...groups.map((group: { lastEvaluation: string }) => Date.parse(group.lastEvaluation)));
  };
  await expect.poll(oldest, { timeout: 60_000 }).toBeGreaterThan(since);
}

interface FiringAlert {
  labels: { alertname: string; feature?: string };
  annotations: { summary: string };
  state: string;
}

async function firing(ask: AskPrometheus): Promise<string[]> {
  const { alerts } = (await ask('alerts')) as { alerts: FiringAlert[] };
  return alerts
    .filter(({ state, labels }) => state === 'firing' && /Drift|Missing|Unseen/.test(labels.alertname))
    .map(({ labels }) => [labels.alertname, ...(labels.feature ? [labels.feature] : [])].join(' '))
    .sort();
}

async function sendAll(url: string, rows: Rows): Promise<void> {
  for (let start = 0; start < rows.length; start += 500) {
    expect((await predict(url, { rows: rows.slice(start, start + 500) })).status).toBe(200);
  }
}

test('the rules have the index of the rows of two servers together, and tell drift from what is like training', async (context) => {
  needsProgram(context, 'prometheus');
  const urls = [await replica(), await replica()] as const;
  const ask = await watching(urls);
  const up = async () => (await ask('query?query=count(galley_ready==1)')).result[0]?.value[1];
  await expect.poll(up, { timeout: 60_000 }).toBe('2');

  // Each server alone is asked of dry or of wet days only; together they are as in training.
  const rows = ridersRows(3000, 11);
  const [dry, wet] = [rows.filter(({ rain }) => rain === 0), rows.filter(({ rain }) => rain > 0)];
  await Promise.all([sendAll(urls[0], dry), sendAll(urls[1], wet)]);
  await counted(ask, rows.length);
  const alike = await indexOfProfiles(urls);
  for (const window of ['1h', '1d']) {
    const found = await indexOfRules(ask, window);
    expect(Object.keys(found).sort()).toEqual(Object.keys(alike).sort());
    for (const [name, index] of Object.entries(alike)) {
      expect(Math.abs((found[name] as number) - index), `${name} ${window}`).toBeLessThan(1e-6);
    }
  }
  expect(Math.max(...Object.values(alike))).toBeLessThan(0.1);
  const alone = await indexOfProfiles([urls[0]]);
  expect(alone.rain).toBeGreaterThan(0.2);
  expect(await firing(ask)).toEqual([]);

  const warm = ridersRows(3000, 12, 25);
  await Promise.all([sendAll(urls[0], warm.slice(0, 2000)), sendAll(urls[1], warm.slice(2000))]);
  await counted(ask, rows.length + warm.length);
  const drifted = await indexOfProfiles(urls);
  const found = await indexOfRules(ask, '1d');
  for (const [name, index] of Object.entries(drifted)) {
    expect(Math.abs((found[name] as number) - index), name).toBeLessThan(1e-6);
  }
  expect(drifted.temperature).toBeGreaterThan(0.2);
  expect(drifted.line).toBeLessThan(0.1);
  await expect.poll(() => firing(ask), { timeout: 60_000 }).toContain('GalleyFeatureDrift temperature');
  expect((await firing(ask)).filter((name) => /line|rain|day|holiday/.test(name))).toEqual([]);
}, 240_000);
