import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { InputOf, OutputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Run, trainCalls } from '../../engine/contract/train.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { openEngine } from '../deploy/open-engine.ts';

const penguinFile = fileURLToPath(new URL('../../resources/samples/penguins/penguins.csv', import.meta.url));

type SearchResult = { runs: Run[]; best: Run; sweep: string };

async function openTraining() {
  const engine = openEngine();
  const data = createDataPhase(engine);
  const train = createTrainPhase(engine, data);
  const resultOf = async <Result>(job: Promise<Job>) => engine.jobs.result<Result>((await job).id);
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const base = { reference: 'penguins', target: 'sex', split: { kind: 'every-nth', every: 5 } } as const;
  const sweep = (input: Omit<InputOf<typeof trainCalls.sweep>, 'reference' | 'target'>) =>
    train.handlers.sweep({ ...base, ...input });
  return { engine, train, resultOf, base, sweep };
}

test('auto tries the learners, offers best, simplest and blend, and is reproduced with its search', async () => {
  const { engine, train, resultOf, base } = await openTraining();
  const events: string[] = [];
  engine.events.listen(({ type }) => events.push(type));
  const [learners, budget] = [['baseline', 'linear', 'trees'], { trials: 6 }];
  const {
    runs,
    best,
    sweep: id,
  } = await resultOf<SearchResult>(train.handlers.run({ ...base, learners, params: { rounds: 10 }, budget }));
  const { sweep, trials } = await train.handlers.showSweep({ sweep: id });
  expect(sweep).toMatchObject({ kind: 'auto', state: 'succeeded', task: 'binary', folds: 5, method: 'tpe', number: 1 });
  expect(trials).toHaveLength(6);
  expect(trials.slice(0, 3).map(({ learner, state }) => [learner, state])).toEqual([
    ['baseline', 'complete'],
    ['linear', 'complete'],
    ['trees', 'complete'],
  ]);
  for (const trial of trials) {
    expect(['complete', 'pruned']).toContain(trial.state);
    if (trial.state === 'pruned') expect(trial.why).toMatch(/behind trial|best third/);
    expect(trial.params.rounds ?? 10).toBe(10);
  }
  const roles = runs.flatMap(({ search }) => search?.roles ?? []);
  expect(roles).toContain('best');
  expect(roles).toContain('simplest');
  expect(sweep.choices.map(({ run }) => run)).toEqual(runs.map((run) => run.id));
  expect(best.search?.score).toBe(Math.max(...runs.map(({ search }) => search?.score ?? 0)));
  expect(best.metrics.roc_auc).toBeGreaterThan(0.85);
  expect(events).toContain('sweep.changed');
  expect(events).toContain('fit.advanced');

  const detail = await train.handlers.show({ run: best.id });
  expect(detail.history.length).toBeGreaterThan(0);
  for (const { id: run } of runs.slice(-1)) {
    const again = await resultOf<OutputOf<typeof trainCalls.reproduce>>(train.handlers.reproduce({ run }));
    expect(again).toEqual({ identical: true, tolerance: 0, differences: [] });
  }
  engine.database.run(
    `UPDATE sweep_trials SET evaluations = json_set(evaluations, '$[0].score', 0.25) WHERE number = 2`,
  );
  const changed = await resultOf<OutputOf<typeof trainCalls.reproduce>>(train.handlers.reproduce({ run: best.id }));
  expect(changed.identical).toBe(false);
  expect(changed.differences.map(({ path }) => path)).toEqual(['search.trials']);
});

test('a grid tries every point on folds drawn twice, its winner becomes a run, and both are reproduced', async () => {
  const { train, resultOf, sweep } = await openTraining();
  const { runs, sweep: id } = await resultOf<SearchResult>(
    sweep({
      learners: ['linear'],
      method: 'grid',
      spaces: { linear: { C: { kind: 'choice', values: [0.01, 1, 100] } } },
      folds: 3,
      repeats: 2,
    }),
  );
  const { trials, sweep: shown } = await train.handlers.showSweep({ sweep: id });
  expect(trials.map(({ params }) => params.C)).toEqual([0.01, 1, 100]);
  expect(trials.every(({ state, folds }) => state === 'complete' && folds.length === 6)).toBe(true);
  expect(shown).toMatchObject({ folds: 6, repeats: 2 });
  expect(shown.bestScore).toBe(Math.max(...trials.map(({ score }) => score ?? 0)));
  const winner = trials.find(({ score }) => score === shown.bestScore);
  expect(runs.find(({ search }) => search?.roles.includes('best'))?.params.C).toBe(winner?.params.C);
  expect((await train.handlers.sweeps({})).sweeps.map(({ number }) => number)).toEqual([1]);
  const reproduced = train.handlers.reproduce({ run: runs[0]?.id ?? '' });
  expect(await resultOf(reproduced)).toEqual({ identical: true, tolerance: 0, differences: [] });
});

test('a search is paused, resumed and ended early; what was finished is kept', async () => {
  const { engine, train, sweep } = await openTraining();
  const job = await sweep({ learners: ['trees'], method: 'random', budget: { trials: 500 }, folds: 3, halving: false });
  const finishedTrials = (least: number) =>
    new Promise<void>((resolve) => {
      const stop = engine.events.listen((event) => {
        if (event.type !== 'sweep.changed' || event.sweep.trials.complete < least) return;
        stop();
        resolve();
      });
    });
  await finishedTrials(2);
  const { sweep: paused } = await train.handlers.pauseSweep({ sweep: '1' });
  expect(paused.state).toBe('paused');
  expect(engine.jobs.get(job.id).state).toBe('canceled');
  const before = (await train.handlers.showSweep({ sweep: '1' })).trials;
  await expect(train.handlers.pauseSweep({ sweep: '1' })).rejects.toMatchObject({ code: 'train.sweep_not_resumable' });

  const resumed = await train.handlers.resumeSweep({ sweep: '1' });
  await finishedTrials(paused.trials.complete + 2);
  await train.handlers.stopSweep({ sweep: '1' });
  const { runs } = await engine.jobs.result<SearchResult>(resumed.id);
  expect(runs.length).toBeGreaterThan(0);
  const { trials, sweep: ended } = await train.handlers.showSweep({ sweep: '1' });
  expect(ended.state).toBe('succeeded');
  expect(trials.length).toBeLessThan(500);
  for (const trial of before.filter(({ state }) => state === 'complete')) {
    expect(trials.find(({ number }) => number === trial.number)).toEqual(trial);
  }
});

test('a search that another version of Galley began does not go on: its folds may be others', async () => {
  const { engine, train, sweep } = await openTraining();
  const { id: job } = await sweep({ learners: ['trees'], budget: { trials: 400 } });
  await train.handlers.pauseSweep({ sweep: '1' });
  await engine.jobs.settled(job);
  const begunBy = (change: string) => engine.database.run(`UPDATE sweeps SET plan = ${change}`);
  const refused = (by: string) => ({
    code: 'train.sweep_not_resumable',
    message: expect.stringContaining(`begun by ${by}; this is`),
  });
  begunBy(`json_remove(plan, '$.engine')`);
  await expect(train.handlers.resumeSweep({ sweep: '1' })).rejects.toMatchObject(refused('an earlier Galley'));
  begunBy(`json_set(plan, '$.engine', '0.0.9')`);
  await expect(train.handlers.resumeSweep({ sweep: '1' })).rejects.toMatchObject(refused('Galley 0.0.9'));
  expect((await train.handlers.showSweep({ sweep: '1' })).sweep.state).toBe('paused');
});

test('wrong searches are refused at once', async () => {
  const { sweep, train, base } = await openTraining();
  const range = { kind: 'number', low: 0.1, high: 1 } as const;
  await expect(sweep({ learners: ['linear'], spaces: { linear: { depth: range } } })).rejects.toMatchObject({
    code: 'train.invalid_space',
  });
  const beyond = { kind: 'number', low: -1, high: 1 } as const;
  await expect(sweep({ learners: ['linear'], spaces: { linear: { C: beyond } } })).rejects.toMatchObject({
    code: 'train.invalid_parameter',
    message: 'linear: C must be above 0.',
  });
  await expect(sweep({ learners: ['linear'], spaces: { trees: {} } })).rejects.toMatchObject({
    code: 'train.invalid_space',
  });
  const time = { kind: 'time', by: 'year', holdout: 0.2 } as const;
  await expect(sweep({ learners: ['linear'], split: time, repeats: 2 })).rejects.toMatchObject({
    code: 'train.invalid_folds',
  });
  await expect(train.handlers.run({ ...base, learners: ['linear'], repeats: 2 })).rejects.toMatchObject({
    code: 'train.invalid_folds',
  });
  await expect(sweep({ learners: ['nothing'] })).rejects.toMatchObject({ code: 'train.unknown_learner' });
  await expect(train.handlers.showSweep({ sweep: '7' })).rejects.toMatchObject({ code: 'train.sweep_not_found' });
  const members = [{ learner: 'linear', parameters: {}, weight: 0.5 }];
  await expect(train.handlers.run({ ...base, learners: ['blend'], members })).rejects.toMatchObject({
    code: 'train.invalid_members',
  });
});
