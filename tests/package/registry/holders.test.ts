import { expect, test } from 'vitest';
import { deployHolder } from '../../../engine/deploy/deploy-holder.ts';
import { Deployments } from '../../../engine/deploy/deployments.ts';
import { DeploymentKeys } from '../../../engine/deploy/keys.ts';
import { DeploymentStore } from '../../../engine/deploy/store.ts';
import { WatchStore } from '../../../engine/deploy/watch/watch-store.ts';
import type { Holder } from '../../../engine/package/index.ts';
import { pipelineHolder } from '../../../engine/retrain/pipeline-holder.ts';
import { PipelineRunStore } from '../../../engine/retrain/run-store.ts';
import { RetrainStore } from '../../../engine/retrain/store.ts';
import { openEngine } from '../../deploy/open-engine.ts';

const wordsOf = (holder: Holder, model: string, version: number) =>
  holder.ofVersion(model, version).map(({ words, isLive }) => [words, isLive]);

test('a deployment holds what it serves, its canary, its shadow and what it served before', () => {
  const engine = openEngine();
  const store = new DeploymentStore(engine.database);
  const deployments = new Deployments(engine, store, new DeploymentKeys(engine));
  const watches = new WatchStore(engine.database);
  const kept = new Set([5, 6]);
  const holder = deployHolder(deployments, watches, (id, version) => id === 'dep_1' && kept.has(version));
  expect([holder.ofModel('price'), holder.ofVersion('price', 1)]).toEqual([[], []]);
  const spec = {
    id: 'dep_1',
    name: 'live',
    model: 'price',
    follows: 'champion',
    version: 1,
    wanted: 'running' as const,
    port: null,
    logMask: null,
    settings: {},
    createdAt: 0,
  };
  store.save(spec);
  deployments.activate(spec, 'mv_1', 'started');
  deployments.activate({ ...spec, version: 2 }, 'mv_2', 'moved');
  deployments.divide(spec, { canary: { version: 3, percent: 10 }, shadow: 4, bounds: null }, [], []);
  watches.add({ id: 'w_1', name: 'inbox', folder: '/in', reference: 'price@5', createdAt: 0 });
  watches.add({ id: 'w_2', name: 'outbox', folder: '/out', reference: 'price@trial', createdAt: 1 });
  watches.add({ id: 'w_3', name: 'tray', folder: '/tray', reference: 'price', createdAt: 2 });
  const before = 'the deployment live served it, and its prediction log, its monitor and its way back need it';
  const keeps = 'the deployment live has answers of it in its prediction log or its profiles';
  expect([1, 2, 3, 4, 5, 6].map((version) => wordsOf(holder, 'price', version))).toEqual([
    [[before, false]],
    [['the deployment live serves it', true]],
    [['the deployment live has it as its canary', true]],
    [['the deployment live has it as its shadow', true]],
    [
      [keeps, false],
      ['the files of inbox are scored with it', true],
    ],
    [[keeps, false]],
  ]);
  kept.clear();
  expect(holder.ofVersion('price', 6)).toEqual([]);
  expect(wordsOf(holder, 'other', 2)).toEqual([]);
  expect(holder.ofAlias('price', 'champion').map(({ words }) => words)).toEqual([
    'the deployment live follows it',
    'the files of tray are scored with it',
  ]);
  expect(holder.ofAlias('price', 'trial').map(({ words }) => words)).toEqual([
    'the files of outbox are scored with it',
  ]);
  expect(holder.ofModel('price')).toHaveLength(4);
  store.setWanted('dep_1', 'stopped');
  expect(holder.ofModel('price')[0]).toEqual({ words: 'the deployment live is of it', isLive: false });
});

test('a pipeline holds its model and the champion, and every version while it runs', () => {
  const engine = openEngine();
  const store = new RetrainStore(engine.database);
  const runs = new PipelineRunStore(engine.database);
  const holder = pipelineHolder(() => [{ id: 'pl_1', name: 'weekly', models: ['price'] }], runs);
  store.save({ id: 'pl_1', name: 'weekly', renewal: null }, 0);
  const renews = { words: 'the pipeline weekly renews it', isLive: false };
  expect(holder.ofModel('price')).toEqual([renews]);
  expect(holder.ofAlias('price', 'champion')).toEqual([{ ...renews, isLive: true }]);
  expect(holder.ofAlias('price', 'trial')).toEqual([]);
  expect([holder.ofVersion('price', 1), holder.ofModel('other')]).toEqual([[], []]);
  const trigger = { kind: 'hand', detail: 'by hand' } as const;
  runs.start({ id: 'plr_1', pipelineId: 'pl_1', trigger, definition: '', parameters: {}, steps: [], fresh: false }, 0);
  expect(holder.ofVersion('price', 1)).toEqual([{ words: 'the pipeline weekly is running', isLive: true }]);
  expect(holder.ofModel('price')).toEqual([{ ...renews, isLive: true }]);
  runs.setState('plr_1', 'paused', null, null);
  runs.start({ id: 'plr_2', pipelineId: 'pl_1', trigger, definition: '', parameters: {}, steps: [], fresh: false }, 0);
  runs.setState('plr_2', 'succeeded', null, 1);
  expect(holder.ofVersion('price', 1)).toEqual([{ words: 'the pipeline weekly waits for a person', isLive: true }]);
});
