import { expect, test } from 'vitest';
import { LabelStore } from '../../engine/monitor/label-store.ts';
import { openDeploy } from '../deploy/open-deploy.ts';

test('of several labels for a row the one counts that became known last, of several at once the last one', async () => {
  const { context, deploy } = openDeploy();
  const { id } = await deploy.handlers.start({ reference: 'riders@1' });
  const labels = new LabelStore(context.database);
  const rows = ['corrected', 'late', 'twice', 'none'];
  labels.add(id, [{ id: 'corrected', label: 'first' }], 1000);
  labels.add(id, [{ id: 'late', label: 'final', knownAt: 900 }], 1000);
  labels.add(id, [{ id: 'twice', label: 'first', knownAt: 900 }], 1000);
  const later = [
    { id: 'corrected', label: 'second' },
    { id: 'late', label: 'preliminary', knownAt: 800 },
    { id: 'twice', label: 'second', knownAt: 900 },
  ];
  labels.add(id, later, 2000);
  expect(labels.latest(id, rows)).toEqual(['second', 'final', 'second', null]);
});

test('labels of an earlier engine count for the revision: what was found out before them is told from what was after', async () => {
  const { context, deploy } = openDeploy();
  const { id } = await deploy.handlers.start({ reference: 'riders@1' });
  const before = new LabelStore(context.database).revision;
  new LabelStore(context.database).add(id, [{ id: 'a', label: '1' }], 1000);
  expect(new LabelStore(context.database).revision).toBeGreaterThan(before);
});

test('labels after one of them are told by their rows, each once, of one deployment and received from a time on', async () => {
  const { context, deploy } = openDeploy();
  const { id } = await deploy.handlers.start({ reference: 'riders@1' });
  const labels = new LabelStore(context.database);
  expect(labels.last).toBe(0);
  labels.add(id, [{ id: 'a', label: '1' }], 1000);
  const after = labels.last;
  const later = ['b', 'a', 'b'].map((row) => ({ id: row, label: '2' }));
  labels.add(id, later, 2000);
  expect(labels.idsAfter(id, after, 0).sort()).toEqual(['a', 'b']);
  expect(labels.idsAfter(id, after, 2001)).toEqual([]);
  expect(labels.idsAfter('dep_other', 0, 0)).toEqual([]);
  expect(labels.last).toBe(after + 3);
});
