import type { ComparisonArtifact, GateCheck } from '../../contract/retrain-artifacts.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { compareInput, type Side, sideOf } from '../contenders.ts';
import { durationOf } from '../definition/duration.ts';
import type { StepTools } from '../step-tools.ts';
import { bytesCheck } from './bytes.ts';
import { expectationsCheck } from './expectations.ts';
import type { FairnessBound } from './fairness.ts';
import { fairnessCheck } from './fairness.ts';
import type { GateFindings, GateInput } from './gate-job.ts';
import { goldenCheck } from './golden.ts';
import { labelledCheck } from './labelled.ts';
import { latencyCheck } from './latency.ts';
import { modelTestsCheck } from './model-tests.ts';
import { signatureCheck } from './signature.ts';
import { slicesCheck } from './slices.ts';

/** What a step of the kind `gate` may say beside its inputs. */
export interface GateMembers {
  slices?: string[];
  fairness?: FairnessBound;
  model_tests?: boolean;
  latency?: string;
  bytes?: number;
  signature?: boolean;
  golden?: { dataset: string; tolerance?: number };
  expectations?: boolean;
}

/** All that a challenger is held to beside being better; each is looked at, whatever came of those before. */
export async function gateChecks(
  tools: StepTools,
  members: GateMembers,
  comparison: ComparisonArtifact,
): Promise<GateCheck[]> {
  const { model, metric, labelled } = comparison;
  const champion = await sideOf(tools, `${model}@${comparison.champion.version}`);
  const challenger = await sideOf(tools, `${model}@${comparison.challenger.version}`);
  const modelTests = members.model_tests === false ? undefined : await modelTestsCheck(tools, comparison);
  return [
    ...(labelled ? [labelledCheck(labelled, metric.name)] : []),
    ...(modelTests ? [modelTests] : []),
    ...(await measuredChecks(tools, members, comparison, { champion, challenger })),
    ...(members.bytes === undefined ? [] : [bytesCheck(challenger.version.onnx.bytes, members.bytes)]),
    ...(members.signature ? [await signatureOf(tools, comparison)] : []),
    ...(members.expectations ? [await expectationsCheck(tools, datasetOf(challenger))] : []),
  ];
}

async function measuredChecks(
  tools: StepTools,
  { slices, fairness, golden, latency }: GateMembers,
  { metric, margin, model }: ComparisonArtifact,
  { champion, challenger }: { champion: Side; challenger: Side },
): Promise<GateCheck[]> {
  if (!slices && !fairness && !golden && latency === undefined) return [];
  const { data, packages } = tools.phases;
  const { version } = challenger.version;
  const rows = golden && (await data.open(golden.dataset));
  const files = latency === undefined ? undefined : await packages.files(`${model}@${version}`);
  const input: GateInput = {
    ...(await compareInput(tools, { champion, challenger, metric, margin })),
    ...(slices && { slices }),
    ...(fairness && { fairness }),
    ...(rows && {
      golden: {
        paths: rows.paths,
        columns: rows.schema.map(({ name, type }) => ({ name, type })),
        ...(golden?.tolerance !== undefined && { tolerance: golden.tolerance }),
      },
    }),
    ...(files && { latency: { version, files: files.map(({ name, path, sha256 }) => ({ name, path, sha256 })) } }),
  };
  const found = await jobResult<GateFindings>(tools, () =>
    tools.context.jobs.submit<GateFindings, GateFindings>({
      kind: 'retrain.gate',
      title: `Hold ${model} ${version} to its gate`,
      input,
      commit: (findings) => findings,
    }),
  );
  return [
    ...(found.slices && slices ? [slicesCheck(found.slices, slices, metric.name)] : []),
    ...(found.fairness && fairness ? [fairnessCheck(found.fairness, fairness)] : []),
    ...(found.golden && rows ? [goldenCheck(found.golden, `${rows.dataset.name}@${rows.number}`)] : []),
    ...(found.latency !== undefined && latency !== undefined
      ? [latencyCheck(found.latency, latency, durationOf(latency))]
      : []),
  ];
}

async function signatureOf(
  { phases }: StepTools,
  { model, champion, challenger }: ComparisonArtifact,
): Promise<GateCheck> {
  const of = (version: number) => phases.deploy.signature(model, version);
  return signatureCheck(await of(champion.version), await of(challenger.version));
}

function datasetOf({ version: { dataset } }: Side): string {
  return `${dataset.name}@${dataset.version}`;
}
