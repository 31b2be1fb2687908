import { expect, test } from 'vitest';
import type { Run } from '../../engine/contract/train.ts';
import type { StepTools } from '../../engine/retrain/step-tools.ts';
import { packageChallenger } from '../../engine/retrain/steps/package-step.ts';

interface Version {
  version: number;
  runId: string;
  aliases: string[];
  onnx: { bytes: number };
  parity: { rows: number };
}

const versionOf = (version: number, runId: string, aliases: string[] = []): Version => ({
  version,
  runId,
  aliases,
  onnx: { bytes: 100 * version },
  parity: { rows: 10 },
});
const run = { id: 'run_b', number: 2 } as Run;

/** The model `sales` with these versions, beside a model that has the same runs; packaging adds `added` to `sales`. */
function tools(versions: Version[], added: Version[] = []): StepTools {
  const handlers = {
    list: async () => ({
      models: [
        { name: 'other', versions: [versionOf(9, run.id)] },
        { name: 'sales', versions },
      ],
    }),
    add: async () => {
      versions.push(...added);
      return { id: 'job_1' };
    },
  };
  const jobs = { result: async () => ({ version: added[0]?.version }), cancel: () => {} };
  return {
    context: { jobs },
    phases: { packages: { handlers } },
    signal: new AbortController().signal,
  } as unknown as StepTools;
}

test('the version of a run that is packaged is the one of that run, whatever else was packaged meanwhile', async () => {
  const added = [versionOf(2, run.id), versionOf(3, 'run_c')];
  const { result, outcome } = await packageChallenger(tools([versionOf(1, 'run_a')], added), 'sales', run);
  expect(result).toMatchObject({ version: 2, runId: run.id });
  expect(outcome).toEqual({ summary: 'version 2, 200 bytes, parity holds on 10 rows' });
});

test('a run that is packaged already is not packaged again; of its versions the champion is taken, else the newest', async () => {
  const champion = tools([versionOf(1, run.id), versionOf(2, run.id, ['champion']), versionOf(3, run.id)]);
  expect(await packageChallenger(champion, 'sales', run)).toMatchObject({
    result: { version: 2 },
    outcome: { cached: true },
  });
  const newest = tools([versionOf(1, run.id), versionOf(2, run.id), versionOf(3, 'run_c')]);
  expect(await packageChallenger(newest, 'sales', run)).toMatchObject({ result: { version: 2 } });
});

test('a packaged run that is no version of the model is said', async () => {
  const lost = tools([versionOf(1, 'run_a')], [versionOf(2, 'run_c')]);
  await expect(packageChallenger(lost, 'sales', run)).rejects.toMatchObject({ code: 'package.version_not_found' });
});
