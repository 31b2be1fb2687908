import { expect, test } from 'vitest';
import { GalleyError } from '../../../engine/base/errors.ts';
import { requirePipeline } from '../../../engine/retrain/definition/require-pipeline.ts';
import { takenOver } from '../../../engine/retrain/execution/taken-over.ts';
import { pipelineText, pipelineWorld } from './pipeline-world.ts';

const text = pipelineText(
  'name: rows, kind: fetch, dataset: sales',
  'name: clean, kind: clean, data: rows, recipe: tidy',
  'name: check, kind: check, data: clean',
  'name: other, kind: check, data: rows',
  'name: tell, kind: notify, channel: desk, message: it failed, after: clean, when: failed',
  'name: end, kind: notify, channel: desk, message: over, after: [check, other], when: always',
  'name: never, kind: notify, channel: desk, message: it failed, after: other, when: failed',
  'name: last, kind: notify, channel: desk, message: over, after: never, when: always',
);

/** The tasks that run again of a run in which `clean` failed. */
async function again(from?: string): Promise<string[]> {
  const world = pipelineWorld();
  const works = {
    clean: () => {
      throw new GalleyError('data.unknown_recipe', 'There is no recipe "tidy".');
    },
  };
  const id = world.start(text);
  await world.goOn(id, { works });
  const earlier = world.store.find(id);
  if (earlier === undefined) throw new Error('the run is gone');
  const steps = takenOver(earlier, requirePipeline(text, 'p.yaml').tasks, from);
  return steps.filter(({ status }) => status === 'waiting').map(({ name }) => name);
}

test('what failed runs again with what comes after it, also where that ran because of it; the rest is taken over', async () => {
  expect((await again()).sort()).toEqual(['check', 'clean', 'end', 'never', 'tell']);
});

test('from a step on, all that need it run again', async () => {
  expect((await again('other')).sort()).toEqual(['check', 'clean', 'end', 'last', 'never', 'other', 'tell']);
  await expect(again('othr')).rejects.toThrow('There is no step "othr" in the run. Did you mean "other"?');
});
