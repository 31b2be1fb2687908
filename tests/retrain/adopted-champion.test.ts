import { expect, test } from 'vitest';
import type { StepRequest } from '../../engine/retrain/execution/step-runner.ts';
import type { StepPhases } from '../../engine/retrain/step-tools.ts';
import { trainStep } from '../../engine/retrain/steps/train-step.ts';

test('a champion that another program trained is not trained here again, and it is said where it is', async () => {
  const champion = { run: { number: 4 }, recipe: { adopted: { fileName: 'churn.onnx' } } };
  const phases = {
    packages: { handlers: { show: async () => ({ version: { runId: 'run_4' } }) } },
    train: { handlers: { show: async () => champion } },
    data: { handlers: { show: async () => ({ version: {}, profile: [] }) } },
  };
  const task = { name: 'train', members: { like: 'churn@champion' } };
  const inputs = { data: [{ type: 'dataset', dataset: 'people', version: 1, identity: 'sha256:a', rows: 9 }] };
  const running = trainStep({ phases } as unknown as StepPhases).run({ task, inputs } as unknown as StepRequest);
  await expect(running).rejects.toMatchObject({
    code: 'train.adopted_run',
    message: expect.stringContaining('churn.onnx'),
    hint: expect.stringContaining('where it was made'),
  });
});
