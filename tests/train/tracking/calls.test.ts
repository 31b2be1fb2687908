import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { App } from '../../../engine/app.ts';
import type { RunDetail } from '../../../engine/contract/train.ts';
import { RunStore } from '../../../engine/train/store.ts';
import { storeRuns } from '../../support/store-runs.ts';
import { temporaryFolder } from '../../support/temporary.ts';

async function openWithRuns(count: number) {
  const folder = temporaryFolder();
  const app = await App.open({ projectPath: join(folder, 'kitchen'), create: true });
  const { database } = app.context;
  storeRuns(database, new RunStore(database), count, (run) => run);
  const call = <Output>(name: string, input: object) => app.call(name, input) as Promise<Output>;
  return { app, call, folder };
}

test('archived runs are deleted for good; one that is used or not archived stays, and all with it', async () => {
  const { app, call } = await openWithRuns(3);
  try {
    const { uses, blobs, database } = app.context;
    await expect(call('train.delete', { runs: ['3'] })).rejects.toMatchObject({ code: 'train.run_not_archived' });
    await call('train.archive', { runs: ['1', '2', '3'] });
    const version = { kind: 'model_version', id: 'mv_1', label: 'prices@1' };
    uses.add(version, { kind: 'run', id: 'run_000002' });
    uses.add({ kind: 'deployment', id: 'dep_1', label: 'shop' }, version);
    await expect(call('train.delete', { runs: ['3', '2'] })).rejects.toMatchObject({
      code: 'train.run_in_use',
      message: 'Run 2 cannot be deleted: it is used by model prices@1, deployment shop.',
    });
    expect(await call('train.list', { archived: 'only' })).toMatchObject({ total: 3 });
    expect(await call('train.delete', { runs: ['3', 'run_000003'] })).toEqual({
      runs: [{ id: 'run_000003', number: 3 }],
    });
    await expect(call('train.show', { run: '3' })).rejects.toMatchObject({ code: 'train.run_not_found' });
    expect(await call('train.list', { archived: 'only' })).toMatchObject({ total: 2 });
    expect(database.all('SELECT * FROM run_metrics WHERE run = 3')).toEqual([]);
    expect(blobs.sweep(), 'other runs need the same file').toBe(0);
    expect(new RunStore(database).nextNumber(), 'a number is not given twice').toBe(4);
  } finally {
    await app.close();
  }
});

test('a run is named, noted, tagged, archived and taken back; views are kept', async () => {
  const { app, call, folder } = await openWithRuns(3);
  try {
    await call('train.rename', { run: '2', name: ' June ' });
    await call('train.note', { run: '2', note: 'without May' });
    expect(await call('train.tag', { runs: ['1', 'run_000002'], tags: { team: 'sales' } })).toEqual({
      runs: [
        { id: 'run_000001', number: 1 },
        { id: 'run_000002', number: 2 },
      ],
    });
    const { tracking, run } = await call<RunDetail>('train.show', { run: '2' });
    expect(tracking).toMatchObject({
      name: 'June',
      note: 'without May',
      tags: { team: 'sales' },
      archivedAt: null,
      holdout: { looks: 1 },
    });
    expect(run).toMatchObject({ name: 'June', archived: false, holdoutLooks: 1 });
    await call('train.untag', { runs: ['1'], keys: ['team'] });
    await call('train.archive', { runs: ['1', '3'] });
    expect(await call('train.list', {})).toMatchObject({ total: 1, runs: [{ number: 2 }] });
    expect(await call('train.list', { archived: 'only', sort: ['number'] })).toMatchObject({
      runs: [{ number: 1 }, { number: 3 }],
    });
    await call('train.restore', { runs: ['3'] });
    expect(await call('train.runs', { columns: [], filter: "tags.team = 'sales'" })).toMatchObject({
      total: 1,
      all: 2,
      archived: 1,
    });

    const view = { columns: ['metrics.r2'], filter: 'metrics.r2 > 0' };
    expect(await call('train.saveView', { name: 'good', view })).toMatchObject({ replaced: null });
    expect(await call('train.saveView', { name: 'good', view: { columns: ['metrics.rmse'] } })).toMatchObject({
      replaced: view,
    });
    expect(await call('train.views', {})).toMatchObject({
      views: [{ name: 'good', view: { columns: ['metrics.rmse'] } }],
    });
    for (const [wrong, code] of [
      [{ columns: [], filter: 'metrics.r2 >' }, 'train.invalid_filter'],
      [{ columns: [], sort: ['metrics.r2 UP'] }, 'train.invalid_order'],
      [{ columns: ['nothing.r2'] }, 'train.invalid_order'],
    ] as const)
      await expect(call('train.saveView', { name: 'good', view: wrong })).rejects.toMatchObject({ code });
    expect(await call('train.views', {})).toMatchObject({
      views: [{ name: 'good', view: { columns: ['metrics.rmse'] } }],
    });
    await expect(call('train.deleteView', { name: 'god' })).rejects.toMatchObject({
      code: 'train.view_not_found',
      message: expect.stringContaining('"good"'),
    });
    await call('train.deleteView', { name: 'good' });
    expect(await call('train.views', {})).toEqual({ views: [] });

    const to = join(folder, 'runs.csv');
    expect(await call('train.export', { format: 'csv', to, runs: ['1', '1', '2'] })).toMatchObject({
      runs: 2,
      path: to,
      content: null,
    });
    expect(readFileSync(to, 'utf8').trimEnd().split('\r\n')).toHaveLength(3);
    const { content } = await call<{ content: string }>('train.export', {
      format: 'html',
      selection: { archived: 'with' },
    });
    expect(content).toContain('<!doctype html>');
  } finally {
    await app.close();
  }
});

test.each([
  ['train.note', { run: '9', note: '' }, 'train.run_not_found'],
  ['train.tag', { runs: ['1', '9'], tags: { a: 'b' } }, 'train.run_not_found'],
  ['train.tag', { runs: ['1'], tags: {} }, 'call.invalid_input'],
  ['train.tag', { runs: ['1'], tags: { '': 'b' } }, 'call.invalid_input'],
  ['train.archive', { runs: [] }, 'call.invalid_input'],
  ['train.list', { filter: 'metrics.r2 >' }, 'train.invalid_filter'],
  ['train.runs', { columns: ['metrics.'] }, 'train.invalid_order'],
  ['train.export', { format: 'csv', selection: { filter: 'number > 99' } }, 'train.no_runs_selected'],
  ['train.export', { format: 'csv', runs: ['1'], to: '/no/such/folder/runs.csv' }, 'train.invalid_export_path'],
  ['train.export', { format: 'html', runs: ['1'], to: '/tmp/runs.csv' }, 'train.invalid_export_path'],
  ['train.export', { format: 'csv', runs: ['1'], to: 'runs.csv' }, 'train.invalid_export_path'],
  ['train.linkCode', { path: '/no/such/folder' }, 'train.code_not_linked'],
  ['train.linkCode', { path: 'a\u0000b' }, 'train.code_not_linked'],
])('%s with %j is refused: %s', async (name, input, code) => {
  const { app, call } = await openWithRuns(1);
  try {
    await expect(call(name, input)).rejects.toMatchObject({ code });
    expect(await call('train.runs', { columns: ['tags.a'] })).toMatchObject({
      total: 1,
      columns: [{ values: [null] }],
    });
    expect(existsSync('/tmp/runs.csv')).toBe(false);
  } finally {
    await app.close();
  }
});
