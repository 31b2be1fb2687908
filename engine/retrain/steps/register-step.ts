import { GalleyError } from '../../base/errors.ts';
import { count } from '../../base/words.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { ModelVersion, packageCalls } from '../../contract/package.ts';
import type { Facts, RunArtifact, VersionArtifact } from '../../contract/retrain-artifacts.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { inputOf, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';

/** Makes a version of a run; where the run has one in this model, that one is taken. */
export function registerStep(tools: StepPhases): StepRunner {
  return {
    identity: async () => ({}),
    stands: async (artifact) => artifact.type === 'version' && (await isThere(tools, artifact)),
    run: async (request) => {
      const run = inputOf(request, 'run', 'run');
      const model = String(request.task.members.model);
      const known = await findVersion(tools, model, run);
      if (known) {
        const because = `run ${run.number} is version ${known.version}`;
        return { summary: because, because, output: artifactOf(known), facts: factsOf(known) };
      }
      await jobResult<OutputOf<typeof packageCalls.add>>({ ...tools, signal: request.signal }, () =>
        tools.phases.packages.handlers.add({ run: run.run, model }),
      );
      const version = await findVersion(tools, model, run);
      if (!version) {
        throw new GalleyError(
          'package.version_not_found',
          `Run ${run.number} was packaged, but ${model} has no version of it.`,
        );
      }
      const summary = `version ${version.version}, ${count(version.onnx.bytes, 'byte')}, parity holds on ${count(version.parity.rows, 'row')}`;
      return { summary, output: artifactOf(version), facts: factsOf(version) };
    },
  };
}

function factsOf({ version, onnx }: ModelVersion): Facts {
  return { version, bytes: onnx.bytes };
}

function artifactOf({ id, model, version }: ModelVersion): VersionArtifact {
  return { type: 'version', id, model, version };
}

/** The model's version of a run: of several the champion, else the newest. */
async function findVersion(
  { phases }: StepPhases,
  model: string,
  { run }: RunArtifact,
): Promise<ModelVersion | undefined> {
  const versions = (await versionsOf(phases, model)).filter(({ runId }) => runId === run);
  return versions.find(({ aliases }) => aliases.includes('champion')) ?? versions.at(-1);
}

async function versionsOf(phases: StepPhases['phases'], model: string): Promise<ModelVersion[]> {
  const { models } = await phases.packages.handlers.list({ archived: 'with' });
  return models.find(({ name }) => name === model)?.versions ?? [];
}

async function isThere({ phases }: StepPhases, { id, model }: VersionArtifact): Promise<boolean> {
  return (await versionsOf(phases, model)).some((version) => version.id === id);
}
