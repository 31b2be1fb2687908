import { areaUnderRoc, rankingSteps } from '../../../engine/statistics/ranking.ts';
import type { FeatureMatrix } from '../../../engine/train/features/feature-matrix.ts';
import type { LearningTask, Parameters } from '../../../engine/train/learners/learner.ts';
import { findLearner } from '../../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../../engine/train/learners/parameters.ts';
import { makeTreesData } from './trees-data.ts';

/** What to fit: so many rows and columns of `makeTreesData`, judged on as many rows more as `judged` says. */
export interface TreesOrder {
  learner: string;
  parameters: Parameters;
  rows: number;
  width: number;
  judged: number;
  repeats: number;
}

export interface TreesMeasured {
  /** Of the processor, of each fit, binning included: whatever else the machine does. */
  seconds: number[];
  auc: number;
  /** Of the whole process, with the data. */
  peakMegabytes: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as TreesOrder;
const { rows, width, judged } = order;
const { dense, target } = makeTreesData(rows + judged, width);
const matrix = (from: number, to: number): FeatureMatrix => {
  return { rows: to - from, width, denseWidth: width, dense: dense.subarray(from * width, to * width), blocks: [] };
};
const task: LearningTask = {
  task: 'binary',
  classCount: 2,
  features: matrix(0, rows),
  target: target.subarray(0, rows),
  seed: 0,
};
const learner = findLearner(order.learner);
const [parameters = {}] = resolveParameters([learner], order.parameters);
const seconds: number[] = [];
let fitted = await fitOnce();
while (seconds.length < order.repeats) fitted = await fitOnce();

async function fitOnce() {
  const start = process.cpuUsage();
  const model = await learner.fit(task, parameters, { progress: () => {}, throwIfCanceled: () => {} });
  const { user, system } = process.cpuUsage(start);
  seconds.push((user + system) / 1e6);
  return model;
}

const scores = fitted.predict(matrix(rows, rows + judged)).filter((_, place) => place % 2 === 1);
const auc = areaUnderRoc(rankingSteps(scores, (row) => target[rows + row] === 1)) as number;
const answer: TreesMeasured = { seconds, auc, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
process.send?.(answer, () => process.disconnect());
