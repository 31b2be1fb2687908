import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Run, RunDetail, trainCalls } from '../../engine/contract/train.ts';
import { Database } from '../../engine/store/database.ts';
import { checkpointed } from '../support/checkpointed.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Resumable = OutputOf<typeof trainCalls.resumable>['trainings'];

function writeNumbers(folder: string, rows: number): string {
  const random = seededRandom(5);
  const lines = Array.from({ length: rows }, () => {
    const [a, b, c] = [random(), random(), random()];
    return `${a},${b},${c},${Math.sin(6 * a) * b + c * c + random() / 5}`;
  });
  const file = join(folder, 'numbers.csv');
  writeFileSync(file, `a,b,c,y\n${lines.join('\n')}\n`);
  return file;
}

/** Hashes of the model's file and of what it said of the holdout. */
function filesOf(project: string, { id }: Run) {
  const database = new Database(join(project, 'galley.db'));
  const row = database.get('SELECT model_hash, holdout_hash FROM runs WHERE id = ?', id);
  database.close();
  return row;
}

const resumable = async (engine: RunningEngine) =>
  (await engine.call<{ trainings: Resumable }>('train.resumable', {})).trainings;

test.each([
  ['network', 3000, { epochs: 600, schedule: 'plateau', dropout: 0.1, early_stopping: 'on', patience: 600 }],
  ['trees', 30_000, { rounds: 250, row_share: 0.5, column_share: 0.7, early_stopping: 'on', patience: 250 }],
])(
  '%s goes on after its engine was killed, to the model that it would have been',
  async (learner, rows, params) => {
    const folder = temporaryFolder();
    const project = join(folder, 'project');
    const training = { reference: 'numbers', target: 'y', learners: [learner], params };
    const first = await startEngine(project);
    await first.result('data.add', { name: 'numbers', files: [writeNumbers(folder, rows)] });
    const whole = await first.result<{ best: Run }>('train.run', training);
    expect(await resumable(first)).toEqual([]);
    const { job } = await first.call<{ job: Job }>('train.run', training);
    await checkpointed(first, project, job);
    expect(await resumable(first)).toEqual([]);
    await first.kill('SIGKILL');

    const second = await startEngine(project);
    expect(await resumable(second)).toMatchObject([{ job: { id: job.id, state: 'interrupted' } }]);
    const again = await second.call<{ job: Job }>('train.resume', { job: job.id });
    await expect(second.call('train.resume', { job: job.id })).rejects.toMatchObject({ code: 'train.not_resumable' });
    expect(existsSync(join(project, 'run', 'checkpoints', again.job.id, 'fit-0.json'))).toBe(true);
    await second.jobWhere(again.job.id, ({ progress }) => progress?.phase === `training ${learner}`);
    await second.call('jobs.cancel', { id: again.job.id });
    await second.jobWhere(again.job.id, ({ state }) => state === 'canceled');
    expect(await resumable(second)).toMatchObject([{ job: { id: again.job.id, state: 'canceled' } }]);

    const resumed = await second.result<{ best: Run }>('train.resume', { job: again.job.id });
    expect(resumed.best.metrics).toEqual(whole.best.metrics);
    const [one, other] = await Promise.all(
      [whole, resumed].map(({ best }) => second.call<RunDetail>('train.show', { run: best.id })),
    );
    expect(other?.history).toEqual(one?.history);
    expect(await resumable(second)).toEqual([]);
    expect(readdirSync(join(project, 'run', 'checkpoints'))).toEqual([]);
    await second.kill('SIGTERM');
    expect(filesOf(project, resumed.best)).toEqual(filesOf(project, whole.best));
  },
  300_000,
);
