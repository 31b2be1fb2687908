import { expect, test } from 'vitest';
import type { RunDetail } from '../../engine/contract/train.ts';
import type { StepTools } from '../../engine/retrain/step-tools.ts';
import type { NewData } from '../../engine/retrain/steps/data-step.ts';
import { trainChallenger } from '../../engine/retrain/steps/train-step.ts';

test('a champion that another program trained is not trained here again, and it is said where it is', async () => {
  const champion = { run: { number: 4 }, recipe: { adopted: { fileName: 'churn.onnx' } } } as unknown as RunDetail;
  await expect(trainChallenger({} as StepTools, champion, {} as NewData)).rejects.toMatchObject({
    code: 'train.adopted_run',
    message: expect.stringContaining('churn.onnx'),
    hint: expect.stringContaining('where it was made'),
  });
});
