import { type Clock, systemClock } from '../../../engine/base/clock.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import { dataCalls } from '../../../engine/contract/data.ts';
import { packageCalls } from '../../../engine/contract/package.ts';
import { type PipelineRun, retrainCalls } from '../../../engine/contract/retrain.ts';
import { trainCalls } from '../../../engine/contract/train.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { type OpenApp, openApp } from '../open-app.ts';

/** `count` days from day `from` on, on which y follows x with the slope of the region; north and south alternate by chance. */
export function salesCsv(from: number, count: number, slopes: { north: number; south: number }): string {
  const random = seededRandom(from + 1);
  const lines = Array.from({ length: count }, (_, index) => {
    const x = random() * 10;
    const region = random() < 0.5 ? 'north' : 'south';
    const date = new Date((from + index) * 86_400_000).toISOString().slice(0, 10);
    return `${date},${region},${x},${slopes[region] * x + random()}`;
  });
  return `day,region,x,y\n${lines.join('\n')}\n`;
}

export const addSales = ({ call }: OpenApp, text: string, options: { append?: boolean } = {}) =>
  call(dataCalls.addText, { name: 'sales', text, fileName: 'sales.csv', time: 'day', ...options });

/** A project whose model `sales` was trained on 200 days with slope 2. */
export async function withChampion(clock: Clock = systemClock, path = temporaryFolder()): Promise<OpenApp> {
  const engine = await openApp(path, clock);
  await addSales(engine, salesCsv(0, 200, { north: 2, south: 2 }));
  const { best } = await engine.call(trainCalls.run, {
    reference: 'sales',
    target: 'y',
    learners: ['linear'],
    features: ['x'],
    split: { kind: 'every-nth', every: 4 },
  });
  await engine.call(packageCalls.add, { run: best.id, model: 'sales', alias: 'champion' });
  return engine;
}

/** A clock that is moved by hand, beginning now. */
export function movableClock(): Clock & { ahead(milliseconds: number): void } {
  let by = 0;
  return {
    ...systemClock,
    now: () => Date.now() + by,
    ahead: (milliseconds) => {
      by += milliseconds;
    },
  };
}

interface PipelineWish {
  /** Members of the step that compares. */
  compare?: string;
  window?: string;
}

/** The pipeline `renewal`; the lines of the steps after `compare` are given. */
export const pipelineText = (steps: readonly string[], { compare = '', window = '200d' }: PipelineWish = {}) =>
  [
    'format: 1',
    'pipeline: renewal',
    'steps:',
    '- {name: data, kind: fetch, dataset: sales}',
    `- {name: train, kind: train, data: data, like: sales@champion, window: ${window}}`,
    '- {name: package, kind: register, run: train, model: sales}',
    `- {name: compare, kind: compare, challengers: package${compare}}`,
    ...steps.map((step) => `- ${step}`),
    '',
  ].join('\n');

export async function runPipeline(
  engine: OpenApp,
  steps: readonly string[],
  wish?: PipelineWish,
): Promise<PipelineRun> {
  await engine.call(retrainCalls.addFile, { text: pipelineText(steps, wish) });
  return (await engine.call(retrainCalls.run, { pipeline: 'renewal' })).pipeline_run;
}

export const aliases = async ({ call }: OpenApp) => (await call(packageCalls.list, {})).models[0]?.aliases;

export const statuses = ({ steps }: Pick<PipelineRun, 'steps'>) =>
  Object.fromEntries(steps.map(({ name, status }) => [name, status]));
