import { expect, test } from 'vitest';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Run } from '../../engine/contract/train.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { openEngine } from '../deploy/open-engine.ts';
import { fixedClock } from '../support/fixed.ts';

function csv(from: number, count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const x = ((from + index) * 37) % 101;
    return `${x},${(from + index) % 7},${2 * x + ((from + index) % 11)}`;
  });
  return `x,z,y\n${lines.join('\n')}\n`;
}

test('another dataset is the holdout: judged as a whole, reproduced, and kept with the run', {
  timeout: 120_000,
}, async () => {
  const engine = openEngine(undefined, fixedClock());
  const data = createDataPhase(engine);
  const train = createTrainPhase(engine, data);
  const resultOf = async <Result>(job: Promise<Job>) => engine.jobs.result<Result>((await job).id);
  const add = (name: string, text: string) => resultOf(data.handlers.addText({ name, text, fileName: `${name}.csv` }));
  await add('early', csv(0, 60));
  await add('late', csv(60, 25));
  await add('other', 'x,y\n1,2\n2,3\n');
  const training = { reference: 'early', target: 'y', learners: ['linear'], allowLeak: ['*'] };

  const split = { kind: 'dataset', reference: 'late' } as const;
  const { best } = await resultOf<{ best: Run }>(train.handlers.run({ ...training, split }));
  expect(best.rows).toEqual({ training: 60, holdout: 25, dropped: 0 });
  const late = data.resolve('late');
  const { recipe } = await train.handlers.show({ run: best.id });
  expect(recipe.split).toEqual({ kind: 'dataset', reference: `late@${late.identity}`, after: 60 });
  expect([...train.holdout(best.id).positions]).toEqual(Array.from({ length: 25 }, (_, row) => 60 + row));
  expect(engine.uses.usersOf({ kind: 'dataset_version', id: late.id })).toMatchObject([{ kind: 'run', id: best.id }]);
  expect(await resultOf(train.handlers.reproduce({ run: best.id }))).toMatchObject({ identical: true });

  const unlike = train.handlers.run({ ...training, split: { kind: 'dataset', reference: 'other' } });
  await expect(unlike).rejects.toMatchObject({ code: 'train.invalid_split' });
});
