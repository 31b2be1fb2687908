import Type from 'typebox';
import type { Json } from '../../base/canonical-json.ts';
import type { FittedLearner, Learner, LearningTask } from './learner.ts';

/** Weighted class shares, or the one weighted mean. */
function shares({ classCount, target, weights }: LearningTask): number[] {
  const totals = new Array<number>(Math.max(1, classCount)).fill(0);
  let total = 0;
  for (let row = 0; row < target.length; row++) {
    const weight = weights?.[row] ?? 1;
    const value = target[row] as number;
    total += weight;
    if (classCount === 0) totals[0] = (totals[0] as number) + weight * value;
    else totals[value] = (totals[value] as number) + weight;
  }
  return totals.map((sum) => sum / total);
}

function constantModel(answer: readonly number[]): FittedLearner {
  return {
    summary: { converged: true, iterations: 1 },
    predict(features) {
      const answers = new Float64Array(features.rows * answer.length);
      for (let row = 0; row < features.rows; row++) answers.set(answer, row * answer.length);
      return answers;
    },
    state: () => ({ answer: [...answer] }),
    writeGraph(builder, features) {
      const width = builder.integers([1], [answer.length]);
      const shape = builder.concat([features.rowCount(), width], 0);
      return builder.node('Expand', [builder.doubles([1, answer.length], answer), shape]);
    },
  };
}

/** Answers the training part's class shares or mean, whatever the row: what every other learner has to beat. */
export const baseline: Learner = {
  name: 'baseline',
  title: 'Baseline',
  description: 'The share of each class, or the mean: what every other model has to beat.',
  parameters: Type.Object({}),
  layout: 'scaled',
  fit: async (task) => constantModel(shares(task)),
  restore: (state: Json) => constantModel((state as { answer: number[] }).answer),
};
