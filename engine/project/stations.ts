import { count } from '../base/words.ts';
import type { Station } from '../contract/project.ts';
import type { ListedRun } from '../contract/retrain.ts';
import { type CircleFacts, runsThatWait } from './circle-facts.ts';
import { monitorStation } from './monitor-station.ts';

type StationPart = Omit<Station, 'phase' | 'reason'>;

function isRunning(facts: CircleFacts, phase: string): boolean {
  return facts.jobs.some((job) => job.state === 'running' && job.kind.startsWith(`${phase}.`));
}

function dataStation(facts: CircleFacts): StationPart {
  const newest = facts.datasets
    .map((dataset) => dataset.latest)
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt))[0];
  const ofModel = facts.datasets.find((dataset) => dataset.name === facts.model?.versions.at(-1)?.dataset.name)?.latest;
  const shown = ofModel ?? newest;
  const versions = facts.datasets.reduce((sum, dataset) => sum + dataset.versions, 0);
  const busy = isRunning(facts, 'data');
  return {
    value: shown?.rows ?? null,
    unit: 'rows',
    count: versions,
    state: busy ? 'busy' : shown ? 'good' : 'empty',
    status: busy ? 'reading a file' : shown ? `version ${shown.version} is whole` : 'nothing yet',
    lastEvent: shown ? `${shown.dataset} v${shown.version} added` : 'a file, read and kept',
    lastEventAt: shown?.createdAt ?? null,
    flow: { value: versions, label: versions === 1 ? 'version' : 'versions' },
  };
}

function trainStation(facts: CircleFacts): StationPart {
  const training = facts.jobs.filter((job) => job.state === 'running' && job.kind.startsWith('train.')).length;
  const newest = facts.newestRun;
  const packaged = new Set(facts.models.flatMap((model) => model.versions.map((version) => version.runId))).size;
  return {
    value: facts.runs || null,
    unit: facts.runs === 1 ? 'run' : 'runs',
    count: facts.runs,
    state: training > 0 ? 'busy' : newest ? (newest.status === 'failed' ? 'warning' : 'good') : 'empty',
    status: training > 0 ? `${training} training` : newest ? `last run ${newest.status}` : 'nothing yet',
    lastEvent: newest
      ? `${newest.learner} on ${newest.dataset.name} v${newest.dataset.version}`
      : 'several learners compete',
    lastEventAt: newest?.createdAt ?? null,
    flow: { value: packaged, label: `of ${count(facts.runs, 'run')}` },
  };
}

function packageStation({ model }: CircleFacts): StationPart {
  const newest = model?.versions.at(-1);
  const champion = model?.aliases.champion;
  return {
    value: model?.versions.length ?? null,
    unit: model?.versions.length === 1 ? 'version' : 'versions',
    count: model?.versions.length ?? 0,
    state: newest ? 'good' : 'empty',
    status: newest ? 'parity holds' : 'nothing yet',
    lastEvent: newest ? `v${newest.version} packaged` : 'one ONNX file',
    lastEventAt: newest?.createdAt ?? null,
    flow: { value: champion === undefined ? 0 : 1, label: 'champion' },
  };
}

function deployStation({ deployment, deploymentStatus, report }: CircleFacts): StationPart {
  const perMinute = deploymentStatus?.minutes.at(-1)?.requests ?? 0;
  const errors = deploymentStatus?.errors ?? 0;
  const labelled = report?.timeline.reduce((sum, window) => sum + window.labelled, 0) ?? 0;
  const rows = report?.traffic.rows ?? 0;
  const state = !deployment
    ? 'empty'
    : deployment.status === 'running'
      ? errors > 0
        ? 'warning'
        : 'good'
      : deployment.status === 'failed'
        ? 'bad'
        : 'idle';
  return {
    value: deployment ? perMinute : null,
    unit: 'per min',
    count: deployment ? 1 : 0,
    state,
    status: !deployment
      ? 'nothing yet'
      : deployment.status === 'running'
        ? `on, ${count(errors, 'error')}`
        : deployment.status,
    lastEvent: deployment ? `v${deployment.version} serves` : 'it answers requests',
    lastEventAt: deployment?.startedAt ?? null,
    flow:
      labelled > 0
        ? { value: labelled, label: labelled === 1 ? 'labelled row' : 'labelled rows' }
        : { value: rows, label: rows === 1 ? 'row' : 'rows' },
  };
}

function retrainStation(facts: CircleFacts): StationPart {
  const last = facts.pipelineRuns[0];
  const waiting = runsThatWait(facts).length;
  const promoted = facts.pipelineRuns.filter((run) => run.decision?.promoted).length;
  const runs = facts.pipelines.length > 0 ? facts.pipelineRuns.length : null;
  return {
    ...retrainState(facts, waiting, last),
    value: waiting || runs,
    unit: waiting > 0 ? 'at the gate' : runs === 1 ? 'run' : 'runs',
    count: facts.pipelines.length,
    lastEvent: last ? lastRunWords(last) : 'keep it good',
    lastEventAt: last?.finishedAt ?? last?.startedAt ?? null,
    flow: { value: promoted, label: promoted === 1 ? 'promotion' : 'promotions' },
  };
}

function retrainState(
  { pipelines }: CircleFacts,
  waiting: number,
  last: ListedRun | undefined,
): Pick<StationPart, 'state' | 'status'> {
  if (waiting > 0) return { state: 'warning', status: 'waits for you' };
  if (last?.status === 'running') return { state: 'busy', status: 'running' };
  const isThere = pipelines.length > 0;
  const status = last ? (last.decision?.promoted ? 'promoted' : last.status) : undefined;
  return {
    state: last?.status === 'failed' ? 'bad' : isThere ? 'good' : 'empty',
    status: status ?? (isThere ? 'waits for an alert' : 'nothing yet'),
  };
}

function lastRunWords({ decision, status }: ListedRun): string {
  if (!decision) return `last run ${status}`;
  return decision.promoted ? `v${decision.challenger.version} took over` : `v${decision.champion.version} was kept`;
}

/** The six stations in the order of the circle. */
export function describeStations(facts: CircleFacts): Station[] {
  return [
    { phase: 'data', reason: null, ...dataStation(facts) },
    { phase: 'train', reason: null, ...trainStation(facts) },
    { phase: 'package', reason: null, ...packageStation(facts) },
    { phase: 'deploy', reason: null, ...deployStation(facts) },
    { phase: 'monitor', ...monitorStation(facts) },
    { phase: 'retrain', reason: null, ...retrainStation(facts) },
  ];
}
