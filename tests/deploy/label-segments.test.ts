import { writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LabelRecord } from '../../engine/contract/serving.ts';
import { LabelSegments } from '../../engine/deploy/label-segments.ts';
import { LogStore } from '../../engine/deploy/log-store.ts';
import { send } from '../serving/running-server.ts';
import { openDeploy } from './open-deploy.ts';

async function label(url: string, labels: { row_id: string; label: number }[]): Promise<void> {
  const { status } = await send(url, { path: '/labels', body: JSON.stringify({ labels }) });
  expect(status).toBe(200);
}

test('labels that a server was sent are told once, in their order, and kept until they were taken', async () => {
  const { context, deploy } = openDeploy();
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  const told: [string, string, LabelRecord['label']][] = [];
  let failing = true;
  deploy.onLabels((deployment, labels) => {
    if (failing) throw new Error('they cannot be taken now');
    for (const { row_id, label } of labels) told.push([deployment, row_id, label]);
  });
  await label(url, [
    { row_id: 'a', label: 1 },
    { row_id: 'b', label: 2 },
  ]);
  await expect(deploy.collect(id)).rejects.toThrow('they cannot be taken now');
  failing = false;
  await label(url, [{ row_id: 'a', label: 3 }]);
  await deploy.collect(id);
  const expected = [
    [id, 'a', 1],
    [id, 'b', 2],
    [id, 'a', 3],
  ];
  expect(told).toEqual(expected);
  const folder = join(context.project.path, 'logs', id, 'labels');
  expect(await readdir(folder)).toEqual([]);
  await deploy.collect(id);
  expect(told).toEqual(expected);

  writeFileSync(join(folder, '1735689600000-1-000001.segment'), 'no segment');
  await label(url, [{ row_id: 'c', label: 4 }]);
  await deploy.handlers.stop({ deployment: 'riders' });
  expect(told.at(-1)).toEqual([id, 'c', 4]);
  expect(await readdir(folder)).toEqual(['1735689600000-1-000001.segment.damaged']);
});

test('labels that are collected twice at once are told once', async () => {
  const { context, deploy } = openDeploy();
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  deploy.onLabels(() => {
    throw new Error('they cannot be taken now');
  });
  await label(url, [{ row_id: 'a', label: 1 }]);
  await expect(deploy.collect(id)).rejects.toThrow('they cannot be taken now');
  const labels = new LabelSegments(context, new LogStore(context.database));
  const told: string[] = [];
  labels.onLabels((_, taken) => told.push(...taken.map(({ row_id }) => row_id)));
  const collect = () => labels.collect(id, join(context.project.path, 'logs', id));
  await Promise.all([collect(), collect()]);
  expect(told).toEqual(['a']);
});
