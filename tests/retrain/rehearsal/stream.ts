import { dayMilliseconds } from '../../../engine/base/clock.ts';
import type { Frame } from '../../../engine/base/frame.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import {
  type RehearsalTools,
  type RehearseInput,
  type RehearseOutput,
  rehearse,
} from '../../../engine/retrain/rehearsal/rehearse-job.ts';
import { quietJob } from '../../support/quiet-job.ts';
import { temporaryFolder } from '../../support/temporary.ts';

export const firstDay = Date.UTC(2020, 0, 1);
export const rowsPerDay = 4;

/** What is true on a day: how the target follows from x, where x lies, and how much noise there is. */
export interface World {
  slope: number;
  centre: number;
  noise: number;
}

export const calm: World = { slope: 3, centre: 0, noise: 0.5 };

/** Rows of two years, four a day: `y = slope x + noise`, as the world is on each day. */
export function stream(worldOf: (day: number) => World, days = 730): Frame {
  const random = seededRandom(11);
  const spread = () => random() + random() + random() - 1.5;
  const rows = days * rowsPerDay;
  const [day, x, y] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    const number = Math.floor(row / rowsPerDay);
    const { slope, centre, noise } = worldOf(number);
    day[row] = firstDay + number * dayMilliseconds;
    x[row] = centre + spread();
    y[row] = slope * ((x[row] as number) - centre) + centre + noise * spread();
  }
  return {
    rows,
    columns: [
      { name: 'day', type: 'date', kind: 'time', values: day },
      { name: 'x', type: 'float64', kind: 'number', values: x },
      { name: 'y', type: 'float64', kind: 'number', values: y },
    ],
  };
}

/** An order to rehearse a ridge of y on x that was trained on nothing yet. */
export function order(changes: Partial<RehearseInput> & { windowDays?: number | null } = {}): RehearseInput {
  const { windowDays = 90, ...others } = changes;
  const request = {
    target: 'y',
    features: ['x'],
    split: { kind: 'every-nth', every: 5 },
    keyColumns: [],
  } as const;
  const recipe = {
    format: 1,
    dataset: 'sha256:rows',
    window: null,
    target: 'y',
    task: 'regression',
    features: ['x'],
    split: request.split,
    learner: 'linear',
    parameters: { alpha: 1 },
    seed: 0,
    engine: 'test',
  } as const;
  return {
    rows: { paths: [], columns: [] },
    timeColumn: 'day',
    version: {
      name: 'price@1',
      onnx: '',
      signature: { task: 'regression', target: 'y', inputs: [] },
      metrics: {},
      importance: [],
      rows: { paths: [], columns: [] },
      request: { ...request, window: null },
    },
    training: {
      recipe: { ...recipe, features: [...recipe.features] },
      request,
      order: { target: 'y', learner: 'linear', parameters: { alpha: 1 }, seed: 0, metric: 'r2' },
      identity: 'sha256:rows',
      windowDays,
    },
    metric: { name: 'r2', lowerIsBetter: false },
    margin: 0,
    limits: { bound: null, driftShare: 0.5, minimumRows: 30, retrain: null },
    minimumRows: 30,
    from: Date.UTC(2020, 6, 1),
    period: 'month',
    labelDelay: 0,
    policies: ['never', 'every-month', 'every-quarter', 'on-drift', 'on-performance'],
    throughServer: false,
    ...others,
  };
}

/** Rehearses on rows in memory. */
export function rehearsed(
  input: RehearseInput,
  frame: Frame,
  tools: Partial<RehearsalTools> = {},
): Promise<RehearseOutput> {
  const folder = temporaryFolder();
  return rehearse(input, { frame, seen: frame }, { ...quietJob(folder), ...tools });
}

/** A policy of a rehearsal. */
export function policyOf({ policies }: RehearseOutput, name: string) {
  const found = policies.find(({ policy }) => policy === name);
  if (!found) throw new Error(`${name} was not rehearsed`);
  return found;
}
