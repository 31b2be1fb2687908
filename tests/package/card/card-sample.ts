import type { Signature } from '../../../engine/contract/values.ts';
import type { CardFacts } from '../../../engine/package/card/card-facts.ts';

/** What is known of a version that was never evaluated and whose dataset is gone. */
export function plainFacts(model: string, signature: Signature): CardFacts {
  return {
    model,
    version: 1,
    aliases: ['champion'],
    signature,
    text: {},
    onnx: { sha256: '0'.repeat(64), bytes: 1234 },
    parity: { rows: 4, difference: 0 },
    dataset: { name: 'trips', version: 2, identity: 'sha256:1', known: null },
    run: {
      number: 1,
      learner: 'linear',
      rows: { training: 80, holdout: 20, dropped: 0 },
      metrics: { rmse: 11.5, r2: 0.9 },
      intervals: {},
      metric: { name: 'rmse', lowerIsBetter: true },
      seconds: 1.5,
      recipe: {
        split: { kind: 'every-nth', every: 5 },
        parameters: {},
        seed: 0,
        features: signature.inputs.map(({ name }) => name),
        window: null,
      },
      recipeHash: 'sha256:2',
      createdAt: '2026-11-29T12:00:00.000Z',
      holdoutLooks: 0,
      environment: { platform: 'linux-x64' },
      warnings: [],
    },
    evaluation: null,
    deployments: [],
    galleyVersion: '0.1.0',
    createdAt: '2026-11-29T12:00:00.000Z',
  };
}
