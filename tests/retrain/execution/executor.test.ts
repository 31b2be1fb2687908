import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { GalleyError } from '../../../engine/base/errors.ts';
import { systemTimers } from '../../../engine/retrain/execution/attempts.ts';
import { dataset, pipelineText, pipelineWorld, TestTimers } from './pipeline-world.ts';

const chain = pipelineText(
  'name: rows, kind: fetch, dataset: sales',
  'name: clean, kind: clean, data: rows, recipe: tidy',
  'name: check, kind: check, data: clean',
);
const statuses = (steps: Record<string, { status: string }>) =>
  Object.fromEntries(Object.entries(steps).map(([name, { status }]) => [name, status]));
const broken = () => {
  throw new GalleyError('data.unknown_dataset', 'There is no dataset "sales".');
};

test('each task gets what those before it gave', async () => {
  const world = pipelineWorld();
  const given: unknown[] = [];
  const steps = await world.run(chain, {
    works: {
      rows: () => ({ output: dataset('sales', 4), facts: { rows: 10 } }),
      clean: ({ inputs }) => {
        given.push(inputs);
        return {};
      },
    },
  });
  expect(given).toEqual([{ data: [dataset('sales', 4)] }]);
  expect(world.done).toEqual(['rows', 'clean', 'check']);
  expect(steps.rows).toMatchObject({ status: 'succeeded', attempts: 1, output: { version: 4 }, facts: { rows: 10 } });
  expect(world.store.find('plr_1')).toMatchObject({ status: 'succeeded', error: null });
});

test('branches run side by side, no more than there are cores for, and those that join wait for all', async () => {
  const world = pipelineWorld();
  const text = pipelineText(
    'name: rows, kind: fetch, dataset: sales',
    `name: clean, kind: clean, data: rows, recipe: '\${part}', matrix: {part: [a, b, c]}`,
    'name: tell, kind: notify, channel: desk, message: done, after: clean',
  );
  let running = 0;
  let most = 0;
  const held = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const begun: string[] = [];
  const work = async ({ task }: { task: { name: string } }) => {
    most = Math.max(most, ++running);
    begun.push(task.name);
    await held[begun.length - 1]?.promise;
    running--;
    return {};
  };
  const end = world.run(text, { works: { clean: work }, concurrency: 2 });
  await expect.poll(() => begun).toEqual(['clean (a)', 'clean (b)']);
  held[1]?.resolve();
  await expect.poll(() => begun).toHaveLength(3);
  held[0]?.resolve();
  held[2]?.resolve();
  expect(statuses(await end)).toMatchObject({ 'clean (c)': 'succeeded', tell: 'succeeded' });
  expect(most).toBe(2);
  expect(world.done.at(-1)).toBe('tell');
});

test('what has the same inputs, members and code is not run again, and says since when; what changed says what', async () => {
  const world = pipelineWorld();
  const version = (number: number) => ({ rows: () => ({ output: dataset('sales', number) }) });
  await world.run(chain, { works: version(1), always: ['fetch'] });
  const again = await world.run(chain, { works: version(1), always: ['fetch'] });
  expect(world.done).toEqual(['rows', 'clean', 'check', 'rows']);
  expect(again.clean).toMatchObject({ cached: true, because: 'nothing changed since run 1', attempts: 0 });
  expect(again.clean?.output).toEqual(dataset('clean'));

  const other = await world.run(chain, { works: version(2), always: ['fetch'] });
  expect(other.clean).toMatchObject({ cached: false, because: 'data changed since run 2' });
  // What `clean` gives is the same, so `check` looks at the same rows.
  expect(other.check).toMatchObject({ cached: true });

  const told = await world.run(chain.replace('tidy', 'wash'), { works: version(2), always: ['fetch'] });
  expect(told.clean).toMatchObject({ cached: false, because: 'what it is told changed since run 3' });

  const fresh = await world.run(chain, { works: version(2), fresh: true });
  expect(fresh.check).toMatchObject({ cached: false, because: 'no earlier result was to be taken' });
});

test('a result of what changed while it was made is not taken again', async () => {
  const world = pipelineWorld();
  let code = 'one';
  const looksAt = { clean: () => code };
  const changed = await world.run(chain, {
    looksAt,
    works: {
      clean: () => {
        code = 'two';
        return {};
      },
    },
  });
  expect(changed.clean).toMatchObject({ status: 'succeeded' });
  for (code of ['one', 'two']) expect((await world.run(chain, { looksAt })).clean).toMatchObject({ cached: false });
  expect((await world.run(chain, { looksAt })).clean).toMatchObject({ cached: true });
});

test('a name, a condition or a timeout is no reason to run again; another version of Galley is', async () => {
  const world = pipelineWorld();
  await world.run(chain);
  const renamed = await world.run(
    chain
      .replaceAll('clean, kind', 'wash, kind')
      .replace('data: clean', 'data: wash')
      .replace('recipe: tidy', 'recipe: tidy, timeout: 5m'),
  );
  expect(renamed.wash).toMatchObject({ cached: true });
  world.context.version = '2.0.0';
  const newer = await world.run(chain);
  expect(newer.clean).toMatchObject({ cached: false, because: 'Galley changed since run 1' });
});

test('a step that fails ends its branch, the others go on, and the run fails with its error', async () => {
  const world = pipelineWorld();
  const text = pipelineText(
    'name: rows, kind: fetch, dataset: sales',
    'name: clean, kind: clean, data: rows, recipe: tidy',
    'name: check, kind: check, data: clean',
    'name: other, kind: check, data: rows',
    'name: tell, kind: notify, channel: desk, message: it failed, after: clean, when: failed',
    'name: never, kind: notify, channel: desk, message: it failed, after: other, when: failed',
    'name: end, kind: notify, channel: desk, message: over, after: [check, other], when: always',
  );
  const steps = await world.run(text, { works: { clean: broken } });
  expect(statuses(steps)).toEqual({
    rows: 'succeeded',
    clean: 'failed',
    check: 'skipped',
    other: 'succeeded',
    tell: 'succeeded',
    never: 'skipped',
    end: 'succeeded',
  });
  expect(steps.clean).toMatchObject({ summary: 'There is no dataset "sales".', output: null });
  expect(steps.check?.because).toBe('clean failed');
  expect(steps.never?.because).toBe('nothing before it failed');
  expect(world.store.find('plr_1')).toMatchObject({ status: 'failed', error: 'There is no dataset "sales".' });
});

test.each([
  ['fit.count > 5', 'succeeded', ''],
  ['fit.count > 10', 'skipped', 'fit.count > 10 does not hold'],
  ['rows.new', 'succeeded', ''],
  ['not rows.new', 'skipped', 'not rows.new does not hold'],
  ['fit.kind == "csv" and fit.count <= 10', 'succeeded', ''],
  ['fit.kind != csv', 'skipped', 'fit.kind != csv does not hold'],
  ['fit.kind > 3', 'skipped', 'fit.kind > 3 does not hold'],
  ['fit.unknown != 3', 'skipped', 'fit.unknown != 3 does not hold'],
])('the condition %s: %s', async (when, status, because) => {
  const world = pipelineWorld();
  const text = pipelineText(
    'name: rows, kind: fetch, dataset: sales',
    'name: fit, kind: train, data: rows, target: y',
    `name: keep, kind: check, data: rows, when: '${when}'`,
  );
  const facts = { count: 10, kind: 'csv', unknown: null };
  const works = { rows: () => ({ facts: { new: true } }), fit: () => ({ facts }) };
  const { keep } = await world.run(text, { works });
  expect(keep).toMatchObject({ status, because });
});

test('a condition wants every copy of a step, also one that failed', async () => {
  const world = pipelineWorld();
  const text = pipelineText(
    'name: rows, kind: fetch, dataset: sales',
    `name: fit, kind: train, data: rows, target: y, learner: '\${learner}', matrix: {learner: [linear, trees]}`,
    'name: tell, kind: notify, channel: desk, message: good, when: fit.r2 > 0.5',
  );
  const works = { 'fit (linear)': () => ({ facts: { r2: 0.9 } }), 'fit (trees)': broken };
  const { tell } = await world.run(text, { works });
  expect(tell).toMatchObject({ status: 'skipped', because: 'fit.r2 > 0.5 does not hold' });
});

test('what takes nothing that is there is skipped, whatever its condition', async () => {
  const world = pipelineWorld();
  const text = pipelineText(
    'name: rows, kind: fetch, dataset: sales',
    'name: check, kind: check, data: rows, when: always',
  );
  const { check } = await world.run(text, { works: { rows: broken } });
  expect(check).toMatchObject({ status: 'skipped', because: 'rows gave nothing' });
});

test('a step is tried again as often as it may be, with waits that grow, and its log says so', async () => {
  const world = pipelineWorld();
  const text = pipelineText('name: rows, kind: fetch, dataset: sales, retry: {times: 3, wait: 2s, factor: 3}');
  let failures = 2;
  const timers = new TestTimers(() => true);
  const { rows } = await world.run(text, { timers, works: { rows: () => (failures-- > 0 ? broken() : {}) } });
  expect(rows).toMatchObject({ status: 'succeeded', attempts: 3 });
  expect(timers.asked).toEqual([2000, 6000]);
  expect(world.logs).toEqual([
    'rows: There is no dataset "sales". Tried again in 2 s.',
    'rows: There is no dataset "sales". Tried again in 6 s.',
  ]);
  const always = await world.run(text, { timers, works: { rows: broken }, fresh: true });
  expect(always.rows).toMatchObject({ status: 'failed', attempts: 4 });
});

test('a step that takes too long is stopped; one that does not listen is given up, and the run ends', async () => {
  const world = pipelineWorld();
  const text = pipelineText('name: rows, kind: fetch, dataset: sales, timeout: 30m');
  const timers = new TestTimers();
  const listening = world.run(text, {
    timers,
    works: {
      rows: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    },
  });
  await expect.poll(() => timers.asked).toEqual([1_800_000]);
  timers.pass(1_800_000);
  expect((await listening).rows).toMatchObject({ status: 'failed', summary: 'The step rows took longer than 30m.' });

  const deaf = new TestTimers((milliseconds) => milliseconds === 1_800_000);
  const hanging = world.run(text, { timers: deaf, works: { rows: () => new Promise(() => {}) } });
  await expect.poll(() => deaf.asked).toEqual([1_800_000, 10_000]);
  deaf.pass(10_000);
  expect((await hanging).rows).toMatchObject({ status: 'failed', summary: 'The step rows took longer than 30m.' });
});

test('a run that is canceled stops its steps, starts no others, and says so', async () => {
  const world = pipelineWorld();
  const stop = new AbortController();
  const begun = Promise.withResolvers<void>();
  const end = world.run(chain, {
    signal: stop.signal,
    works: {
      clean: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          begun.resolve();
        }),
    },
  });
  await begun.promise;
  stop.abort(new GalleyError('job.canceled', 'The job was stopped.'));
  expect(statuses(await end)).toEqual({ rows: 'succeeded', clean: 'failed', check: 'skipped' });
  expect(world.store.find('plr_1')).toMatchObject({ status: 'canceled', error: 'The job was stopped.' });
});

test('a run that is canceled while a step waits to be tried again ends at once', async () => {
  const world = pipelineWorld();
  const stop = new AbortController();
  const text = pipelineText('name: rows, kind: fetch, dataset: sales, retry: {times: 3, wait: 1h}');
  const end = world.run(text, { signal: stop.signal, timers: systemTimers, works: { rows: broken } });
  await expect.poll(() => world.logs).toHaveLength(1);
  stop.abort(new GalleyError('job.canceled', 'The job was stopped.'));
  expect((await end).rows).toMatchObject({ status: 'failed', attempts: 1, summary: 'The job was stopped.' });
});

test('a wait of more days than a timer takes does not end at once', async () => {
  const over = new AbortController();
  let isOver = false;
  const waiting = systemTimers.wait(30 * 86_400_000, over.signal).then(
    () => {
      isOver = true;
    },
    () => {},
  );
  await wait(50);
  expect(isOver).toBe(false);
  over.abort();
  await waiting;
});

test('a step begins once, also where its end cannot be written down', async () => {
  const world = pipelineWorld();
  let begun = 0;
  const looksAt = {
    rows: () => {
      begun += 1;
      if (begun > 5) throw new Error('it begins again and again');
      return '';
    },
  };
  const id = world.start(pipelineText('name: rows, kind: fetch, dataset: sales'));
  vi.spyOn(world.store, 'writeStep').mockImplementation(() => {
    throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
  });
  await expect(world.goOn(id, { looksAt })).rejects.toThrow('full');
  expect(begun).toBe(1);
});

test('what a step concludes and its end are written together or not at all', async () => {
  const world = pipelineWorld();
  const failing = pipelineText('name: rows, kind: fetch, dataset: sales');
  const { rows } = await world.run(failing, {
    works: {
      rows: () => ({
        conclude: () => {
          world.database.run("INSERT INTO pipelines (id, name, created_at) VALUES ('pl_2', 'other', 1)");
          broken();
        },
      }),
    },
  });
  expect(rows).toMatchObject({ status: 'failed', output: null });
  expect(world.database.get("SELECT 1 FROM pipelines WHERE id = 'pl_2'")).toBeUndefined();
});

test('a run pauses where a person must answer; what does not need it goes on, and it can be taken up', async () => {
  const world = pipelineWorld();
  const text = pipelineText(
    'name: rows, kind: fetch, dataset: sales',
    'name: ask, kind: check, data: rows',
    'name: after, kind: check, data: ask',
    'name: other, kind: clean, data: rows, recipe: tidy',
  );
  const id = world.start(text);
  const paused = await world.goOn(id, { works: { ask: () => ({ status: 'paused', output: null }) } });
  expect(statuses(paused)).toEqual({ rows: 'succeeded', ask: 'paused', after: 'waiting', other: 'succeeded' });
  expect(world.store.find(id)).toMatchObject({ status: 'paused', finishedAt: null });
});

test('a step whose kind cannot be run here fails with its name, before it does anything', async () => {
  const world = pipelineWorld();
  const { split } = await world.run(
    pipelineText(
      'name: rows, kind: fetch, dataset: sales',
      'name: split, kind: split, data: rows, split: {kind: every-nth, every: 5}',
    ),
  );
  expect(split).toMatchObject({ status: 'failed', summary: expect.stringContaining('of the kind split') });
});

test('every change is told, and on the disk when it is', async () => {
  const world = pipelineWorld();
  const told: string[] = [];
  world.events.listen((event) => {
    if (event.type === 'phase.changed') told.push(Object.values(statuses(world.stepsOf('plr_1'))).join(' '));
  });
  await world.run(pipelineText('name: rows, kind: fetch, dataset: sales'));
  expect(told).toEqual(['running', 'succeeded', 'succeeded']);
});
