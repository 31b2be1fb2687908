import type { RunDetail } from '../../../engine/contract/train.ts';
import type { MetricEstimate } from '../../../engine/contract/train-estimates.ts';

/**
 * The first tests for a target, as the text of their file: the ranking metric is better than the baseline's, and one of
 * each other kind as a comment to begin with.
 */
export function starterTests(
  target: string,
  { name, baseline, lowerIsBetter }: Pick<MetricEstimate, 'name' | 'baseline' | 'lowerIsBetter'>,
  features: RunDetail['features'],
): string {
  const bound = Number((baseline ?? (lowerIsBetter ? 1 : 0)).toPrecision(3));
  const number = features.find(({ role }) => role === 'number')?.name ?? 'price';
  const other = features.find(({ role }) => role === 'category')?.name ?? number;
  return `format: 1
target: ${JSON.stringify(target)}
tests:
  - name: better than the baseline
    kind: metric
    metric: ${name}
    ${lowerIsBetter ? 'maximum' : 'minimum'}: ${bound}
#  - name: a rise in one column never lowers the answer
#    kind: direction
#    column: ${JSON.stringify(number)}
#    raise: 1
#    never: lower
#  - name: another value in one column changes the answer by little
#    kind: invariance
#    column: ${JSON.stringify(other)}
#    most: 0.1
#  - name: the answer to one row
#    kind: row
#    row: { ${JSON.stringify(number)}: 1 }
#    minimum: 0
`;
}
