import { expect, test } from 'vitest';
import { requirePipeline } from '../../../engine/retrain/definition/require-pipeline.ts';
import {
  containerSteps,
  secretNames,
  stepCommand,
  stepGroups,
  timedCommand,
} from '../../../engine/retrain/export/container-steps.ts';
import { ridershipPipeline } from './sample-pipelines.ts';

const steps = containerSteps(requirePipeline(ridershipPipeline, 'p.yaml').tasks);
const stepOf = (slug: string) => steps.find((step) => step.slug === slug);

test('each task is a step that reads the folders of the tasks that it needs', () => {
  expect(steps.map(({ slug }) => slug)).toEqual([
    ...['rows', 'hold', 'fit-linear', 'fit-trees', 'versions-linear', 'versions-trees', 'contest', 'gate'],
    ...['ask', 'release', 'tell', 'paper', 'own'],
  ]);
  expect(stepOf('fit-trees')).toMatchObject({
    task: 'fit (trees)',
    step: 'fit',
    kind: 'train',
    needs: ['rows', 'hold'],
  });
  expect(stepOf('versions-trees')?.needs).toEqual(['fit-trees']);
  expect(stepOf('paper')?.needs).toEqual(['gate', 'fit-linear', 'fit-trees']);
});

test('limits and waits are in seconds, and waits grow as the engine lets them', () => {
  expect(stepOf('fit-linear')).toMatchObject({ timeoutSeconds: 1800, waitSeconds: [10, 15, 23], waitFactor: 1.5 });
  expect(stepOf('rows')).toMatchObject({ timeoutSeconds: undefined, waitSeconds: [] });
  const [short] = containerSteps(
    requirePipeline(
      'format: 1\npipeline: p\nsteps: [{name: a, kind: fetch, dataset: d, timeout: 1500ms, retry: {times: 3}}]',
      'p.yaml',
    ).tasks,
  );
  expect(short).toMatchObject({ timeoutSeconds: 2, waitSeconds: [10, 20, 40] });
});

test('only what runs after a failure runs always: a fact cannot hold where the step that tells it failed', () => {
  expect(steps.filter(({ always }) => always).map(({ slug }) => slug)).toEqual(['tell', 'paper']);
});

test('copies of a step are a group, which waits for groups', () => {
  const groups = stepGroups(steps);
  expect(groups.map(({ step }) => step)).toEqual([...new Set(steps.map(({ step }) => step))]);
  const versions = groups.find(({ step }) => step === 'versions');
  expect(versions).toMatchObject({ needs: ['fit'], kind: 'register', always: false });
  expect(versions?.steps.map(({ slug }) => slug)).toEqual(['versions-linear', 'versions-trees']);
});

test('a command has the slug in place of a name, which may be anything', () => {
  expect(stepCommand('price', 'fit-trees', { in: 'in', out: 'out/fit-trees' })).toEqual(
    'galley retrain step galley/price/pipeline.yaml --task fit-trees --in in --out out/fit-trees'.split(' '),
  );
  expect(timedCommand({ timeoutSeconds: 90 }, ['galley'])).toEqual(['timeout', '--kill-after=30', '90', 'galley']);
  expect(timedCommand({ timeoutSeconds: undefined }, ['galley'])).toEqual(['galley']);
});

test('what a step of its own asks for is a secret once, unless it is a setting of the remote', () => {
  expect(secretNames(steps, false)).toEqual(['GALLEY_REMOTE_ACCESS_KEY', 'GALLEY_REMOTE_SECRET', 'API_KEY']);
  expect(secretNames(steps, true)).toEqual(['API_KEY']);
});
