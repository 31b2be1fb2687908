import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';

/** [N, classes] probabilities from [N, classes] scores, or of two classes from the [N, 1] score of the second. */
export function writeProbabilities(builder: GraphBuilder, scores: string, classCount: number): string {
  const allScores = classCount === 2 ? withZeroScore(builder, scores) : scores;
  return builder.node('Softmax', [allScores], { axis: { integer: 1 } });
}

/** [N, 1] scores of the second class as [N, 2], the first class having 0. */
function withZeroScore(builder: GraphBuilder, scores: string): string {
  return builder.concat([builder.node('Sub', [scores, scores]), scores], 1);
}
