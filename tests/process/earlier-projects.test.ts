import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Run, RunDetail } from '../../engine/contract/train.ts';
import { startEngine } from '../support/engine.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const identity = 'sha256:df78ea0b637f3a6c4e072f5ab1e85377f99faa46c7a525ecc586420dfb8143d2';

test('a project of format 7 opens with all it holds, and its data goes on', async () => {
  const project = join(temporaryFolder(), 'project');
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), project, { recursive: true });
  expect(existsSync(join(project, 'galley.db'))).toBe(true);
  const engine = await startEngine(project);

  const { datasets } = await engine.call<{ datasets: object[] }>('data.list', {});
  expect(datasets).toMatchObject([
    { name: 'penguins', versions: 2, latest: { version: 2, rows: 344, identity } },
    { name: 'second', versions: 1, latest: { version: 1, rows: 144 } },
  ]);
  const { rows } = await engine.call<{ rows: unknown[][] }>('data.rows', {
    reference: 'penguins',
    offset: 343,
    limit: 1,
  });
  expect(rows).toHaveLength(1);
  const { models } = await engine.call<{ models: object[] }>('package.list', {});
  expect(models).toMatchObject([{ name: 'species', versions: [{ version: 1, aliases: ['champion'] }] }]);
  const { runs } = await engine.call<{ runs: { id: string }[] }>('train.list', {});
  expect(runs).toHaveLength(2);

  const reproduced = await engine.result('train.reproduce', { run: runs[0]?.id });
  expect(reproduced).toMatchObject({ identical: true });
  const verified = await engine.call('project.verify', {});
  expect(verified).toMatchObject({ problems: [] });

  const sample = join(checkoutFolder, 'resources', 'samples', 'penguins', 'penguins.csv');
  const added = await engine.result('data.add', { name: 'penguins', files: [sample] });
  expect(added).toMatchObject({ version: 2, unchanged: true, identity });
});

test('a project of format 15 opens: its runs can be filtered, and know how often their holdouts were looked at', async () => {
  const project = join(temporaryFolder(), 'project');
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-15'), project, { recursive: true });
  const engine = await startEngine(project);
  const { runs } = await engine.call<{ runs: Run[] }>('train.list', { sort: ['number'] });
  expect(runs.map(({ learner, target, holdoutLooks }) => [learner, target, holdoutLooks])).toEqual([
    ['baseline', 'sex', 0],
    ['linear', 'sex', 1],
    ['linear', 'sex', 2],
    ['linear', 'body_mass_g', 0],
  ]);
  const { run, tracking } = await engine.call<RunDetail>('train.show', { run: '3' });
  expect(runs[2]).toEqual(run);
  expect(tracking).toMatchObject({
    name: null,
    note: '',
    tags: {},
    archivedAt: null,
    holdout: { looks: 2, many: false },
  });
  const found = async (input: object) =>
    (await engine.call<{ numbers: number[] }>('train.runs', { columns: [], ...input })).numbers;
  expect(await found({ filter: "params.C = '0.1'" })).toEqual([3]);
  expect(await found({ filter: 'params.tolerance = 1e-7 AND metrics.accuracy >= 0.9', sort: ['number'] })).toEqual([
    2, 3,
  ]);
  expect(await found({ search: 'body_mass_g linear' })).toEqual([4]);

  const again = await engine.result<{ runs: Run[] }>('train.run', {
    reference: 'penguins',
    target: 'sex',
    learners: ['linear'],
    split: { kind: 'every-nth', every: 5 },
  });
  expect(again.runs.map(({ number, holdoutLooks }) => [number, holdoutLooks])).toEqual([[5, 3]]);
});
