import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../engine/base/random.ts';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { trainCalls } from '../../engine/contract/train.ts';
import { startEngineOf } from './engine.ts';
import { temporaryFolder } from './temporary.ts';

/** `count` days from day `from` on, on which y follows x with this slope. */
function writeDays(folder: string, from: number, count: number, slope: number): string {
  const random = seededRandom(from + 1);
  const lines = Array.from({ length: count }, (_, index) => {
    const x = random() * 10;
    const day = new Date((from + index) * 86_400_000).toISOString().slice(0, 10);
    return `${day},${x},${slope * x + random()}`;
  });
  const file = join(folder, `days-${from}.csv`);
  writeFileSync(file, `day,x,y\n${lines.join('\n')}\n`);
  return file;
}

/** A project with a champion that is served, a pipeline that renews it, and rows on which it is wrong. */
export async function salesProject(folder = temporaryFolder()): Promise<string> {
  const project = join(folder, 'project');
  const engine = await startEngineOf(folder, project);
  const days = (from: number, slope: number) => [writeDays(folder, from, 100, slope)];
  await engine.result('data.add', { name: 'sales', files: days(0, 2), time: 'day' });
  const { best } = await engine.result<OutputOf<typeof trainCalls.run>>('train.run', {
    reference: 'sales',
    target: 'y',
    learners: ['linear'],
    features: ['x'],
    split: { kind: 'every-nth', every: 4 },
  });
  await engine.result('package.add', { run: best.id, model: 'sales', alias: 'champion' });
  await engine.call('deploy.start', { reference: 'sales@champion', name: 'sales' });
  await engine.call('retrain.add', { model: 'sales', windowDays: 100 });
  await engine.result('data.add', { name: 'sales', append: true, files: days(100, -1) });
  await engine.kill('SIGTERM');
  return project;
}
