import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { galley } from '../support/engine.ts';
import { manifestFaults } from '../support/manifest-schemas.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('galley package export --format kubernetes sizes the pods by the server of the version', async () => {
  const project = temporaryFolder();
  const folder = join(temporaryFolder(), 'manifests');
  const weather = join(checkoutFolder, 'resources', 'samples', 'seattle_weather', 'seattle-weather-2012.csv');
  for (const words of [
    ['init', project],
    ['data', 'add', 'weather', weather, '--project', project],
    ['train', 'run', 'weather', '--target', 'weather', '--learner', 'linear', '--project', project],
    ['package', 'add', '1', '--model', 'seattle_weather', '--project', project],
    ['package', 'export', 'seattle_weather', '--format', 'kubernetes', '--to', folder, '--project', project],
  ]) {
    const { code, stderr } = await galley(words);
    expect(code, `${words.join(' ')}: ${stderr}`).toBe(0);
  }
  const text = readFileSync(join(folder, 'base', 'deployment.yaml'), 'utf8');
  const deployment = parse(text, { version: '1.1' });
  expect(manifestFaults(deployment)).toEqual([]);
  expect(deployment.metadata.name).toBe('seattle-weather');
  const [, loaded, load] = /memory: (\d+) MiB once the model was loaded, at most (\d+) MiB under load/.exec(text) ?? [];
  expect(Number(loaded)).toBeGreaterThan(30);
  const { requests, limits } = deployment.spec.template.spec.containers[0].resources;
  expect(Number.parseInt(requests.memory, 10)).toBeGreaterThan(Number(load));
  expect(Number.parseInt(limits.memory, 10)).toBeGreaterThan(Number(load) * 2 - 64);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`at most ${load} MiB under load`);
  const config = readFileSync(join(folder, 'kserve/triton/model-repository/seattle_weather/config.pbtxt'), 'utf8');
  expect(config).toContain('name: "date" data_type: TYPE_STRING');
  expect(config).toContain('name: "label" data_type: TYPE_STRING dims: [ 1 ] reshape { shape: [ ] }');
}, 240_000);
