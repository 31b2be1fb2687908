import { expect, test } from 'vitest';
import type { StepRequest } from '../../engine/retrain/execution/step-runner.ts';
import type { StepPhases } from '../../engine/retrain/step-tools.ts';
import { registerStep } from '../../engine/retrain/steps/register-step.ts';

interface Version {
  id: string;
  model: string;
  version: number;
  runId: string;
  aliases: string[];
  onnx: { bytes: number };
  parity: { rows: number };
}

const versionOf = (version: number, runId: string, aliases: string[] = []): Version => ({
  id: `ver_${version}`,
  model: 'sales',
  version,
  runId,
  aliases,
  onnx: { bytes: 100 * version },
  parity: { rows: 10 },
});
const run = { id: 'run_b', number: 2 };

/** The model `sales` with these versions, beside a model that has the same runs; packaging adds `added` to `sales`. */
function tools(versions: Version[], added: Version[] = []): StepPhases {
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
  } as unknown as StepPhases;
}

const register = (phases: StepPhases) =>
  registerStep(phases).run({
    task: { name: 'package', members: { model: 'sales' } },
    inputs: { run: [{ type: 'run', run: run.id, number: run.number }] },
    signal: new AbortController().signal,
  } as unknown as StepRequest);

test('the version of a run that is packaged is the one of that run, whatever else was packaged meanwhile', async () => {
  const added = [versionOf(2, run.id), versionOf(3, 'run_c')];
  expect(await register(tools([versionOf(1, 'run_a')], added))).toEqual({
    summary: 'version 2, 200 bytes, parity holds on 10 rows',
    output: { type: 'version', id: 'ver_2', model: 'sales', version: 2 },
    facts: { version: 2, bytes: 200 },
  });
});

test('a run that is packaged already is not packaged again; of its versions the champion is taken, else the newest', async () => {
  const champion = tools([versionOf(1, run.id), versionOf(2, run.id, ['champion']), versionOf(3, run.id)]);
  const because = 'run 2 is version 2';
  expect(await register(champion)).toMatchObject({ output: { version: 2 }, because });
  const newest = tools([versionOf(1, run.id), versionOf(2, run.id), versionOf(3, 'run_c')]);
  expect(await register(newest)).toMatchObject({ output: { version: 2 }, because });
});

test('a packaged run that is no version of the model is said', async () => {
  const lost = tools([versionOf(1, 'run_a')], [versionOf(2, 'run_c')]);
  await expect(register(lost)).rejects.toMatchObject({ code: 'package.version_not_found' });
});

test('an earlier version stands while the model has it', async () => {
  const runner = registerStep(tools([versionOf(1, run.id)]));
  expect(await runner.stands?.({ type: 'version', id: 'ver_1', model: 'sales', version: 1 })).toBe(true);
  expect(await runner.stands?.({ type: 'version', id: 'ver_7', model: 'sales', version: 7 })).toBe(false);
});
