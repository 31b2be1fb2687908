import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../engine/base/random.ts';
import type { Deployment } from '../../engine/contract/deploy.ts';
import type { Run } from '../../engine/contract/train.ts';
import type { RunningEngine } from '../support/engine.ts';

/** How a version of the model is trained: by a learner (linear), without some columns. */
export interface NumbersVersion {
  learner?: string;
  exclude?: readonly string[];
}

/** The model `numbers` of y = 3a - b with these versions, the first one champion, and a deployment that follows it. */
export async function serveNumbers(
  engine: RunningEngine,
  folder: string,
  versions: readonly NumbersVersion[],
): Promise<{ url: string }> {
  const file = join(folder, 'numbers.csv');
  const random = seededRandom(5);
  const lines = Array.from({ length: 300 }, () => {
    const [a, b] = [random(), random()];
    return [a, b, 3 * a - b + random() / 10].join(',');
  });
  writeFileSync(file, `a,b,y\n${lines.join('\n')}\n`);
  await engine.result('data.add', { name: 'numbers', files: [file] });
  for (const [index, { learner = 'linear', exclude = [] }] of versions.entries()) {
    const training = { reference: 'numbers', target: 'y', learners: [learner], exclude };
    const { best } = await engine.result<{ best: Run }>('train.run', training);
    await engine.result('package.add', { run: best.id, model: 'numbers', alias: index === 0 ? 'champion' : undefined });
  }
  return engine.call<{ url: string }>('deploy.start', { reference: 'numbers' });
}

/** The newest deployment. */
export async function deployed(engine: RunningEngine): Promise<Deployment> {
  const { deployments } = await engine.call<{ deployments: Deployment[] }>('deploy.list', {});
  return deployments[0] as Deployment;
}
