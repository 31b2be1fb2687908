import type { DatasetSummary, dataCalls } from '../contract/data.ts';
import type { Deployment, DeploymentStatus, deployCalls } from '../contract/deploy.ts';
import type { Job } from '../contract/jobs.ts';
import type { Alert, MonitorReport, monitorCalls } from '../contract/monitor.ts';
import type { ModelSummary, packageCalls } from '../contract/package.ts';
import type { Circle } from '../contract/project.ts';
import type { Pipeline, PipelineRun, retrainCalls } from '../contract/retrain.ts';
import type { Run, trainCalls } from '../contract/train.ts';
import type { EngineContext, Phase } from '../jobs/context.ts';
import { describeFinding } from './finding.ts';
import { describeStations } from './stations.ts';

export interface CircleSources {
  data: Phase<typeof dataCalls>;
  train: Phase<typeof trainCalls>;
  packages: Phase<typeof packageCalls>;
  deploy: Phase<typeof deployCalls>;
  monitor: Phase<typeof monitorCalls>;
  retrain: Phase<typeof retrainCalls>;
}

/** Everything that the circle of one model shows, read from the phases at one moment. */
export interface CircleFacts {
  datasets: DatasetSummary[];
  runs: Run[];
  models: ModelSummary[];
  model: ModelSummary | undefined;
  deployment: Deployment | undefined;
  deploymentStatus: DeploymentStatus | undefined;
  report: MonitorReport | undefined;
  /** Other deployments of the model that stay with one version, and so show what renewal is worth. */
  pinned: { version: number; report: MonitorReport }[];
  alerts: Alert[];
  pipelines: Pipeline[];
  pipelineRuns: PipelineRun[];
  jobs: Job[];
}

const recentLimit = 8;
const pinnedLimit = 2;

async function readFacts(
  context: EngineContext,
  sources: CircleSources,
  modelName: string | undefined,
): Promise<CircleFacts> {
  const { datasets } = await sources.data.handlers.list({});
  const { runs } = await sources.train.handlers.list({});
  const { models } = await sources.packages.handlers.list({});
  const { deployments } = await sources.deploy.handlers.list({});
  const { pipelines, runs: pipelineRuns } = await sources.retrain.handlers.list({});
  const model = models.find((candidate) => candidate.name === modelName) ?? models[0];
  const ofModel = deployments.filter((candidate) => candidate.model === model?.name);
  const inUse = ofModel.filter((candidate) => candidate.follows !== null);
  const deployment = inUse.find((candidate) => candidate.status === 'running') ?? inUse[0] ?? ofModel[0];
  const deploymentName = deployment?.name;
  const pinned = ofModel.filter((candidate) => candidate.follows === null && candidate !== deployment);
  return {
    datasets,
    runs,
    models,
    model,
    deployment,
    deploymentStatus:
      deployment?.status === 'running'
        ? await sources.deploy.handlers.status({ deployment: deployment.name })
        : undefined,
    report: deploymentName ? await sources.monitor.handlers.report({ deployment: deploymentName }) : undefined,
    pinned: await Promise.all(
      pinned.slice(0, pinnedLimit).map(async ({ name, version }) => ({
        version,
        report: await sources.monitor.handlers.report({ deployment: name }),
      })),
    ),
    alerts: deploymentName ? (await sources.monitor.handlers.alerts({ deployment: deploymentName })).alerts : [],
    pipelines: pipelines.filter((pipeline) => pipeline.model === model?.name),
    pipelineRuns,
    jobs: context.jobs.list(50),
  };
}

/** The live state of the six phases of a model (the first model where none is named). */
export async function describeCircle(
  context: EngineContext,
  sources: CircleSources,
  modelName: string | undefined,
): Promise<Circle> {
  const facts = await readFacts(context, sources, modelName);
  const newest = facts.model?.versions.at(-1);
  const metric = facts.report?.performance ? facts.report.metric.name : (newest?.metric.name ?? null);
  const value =
    metric === null ? null : (facts.report?.performance?.metrics[metric] ?? newest?.metrics[metric] ?? null);
  return {
    project: context.project,
    model: facts.model ? { name: facts.model.name, target: facts.model.target, metric, value } : null,
    models: facts.models.map((model) => model.name),
    stations: describeStations(facts),
    finding: describeFinding(facts),
    history: describeHistory(facts),
    attention: describeAttention(facts),
    recent: describeRecent(facts),
  };
}

function describeHistory({ report, pinned }: CircleFacts): Circle['history'] {
  if (!report || judgedWindows(report).length < 2) return null;
  const named = [
    { name: 'in use', report },
    ...pinned.map(({ version, report }) => ({ name: `version ${version}`, report })),
  ];
  const series = named.map(({ name, report }) => ({
    name,
    points: judgedWindows(report).map((window) => ({ at: window.from, value: window.metric })),
  }));
  return { metric: report.metric.name, series: series.filter((one) => one.points.length >= 2) };
}

/** Windows with enough labels to have a metric, in the order of their time. */
export function judgedWindows(report: MonitorReport): MonitorReport['timeline'] {
  return report.timeline.filter((window) => window.metric !== null);
}

function describeAttention({ alerts, jobs, deployment }: CircleFacts): Circle['attention'] {
  const open = alerts
    .filter((alert) => alert.state === 'open')
    .map((alert) => ({
      phase: 'monitor',
      severity: alert.severity,
      title: alert.title,
      detail: alert.detail,
      at: alert.raisedAt,
    }));
  const newestByKind = new Map(jobs.toReversed().map((job) => [job.kind, job]));
  const failed = [...newestByKind.values()]
    .filter((job) => job.state === 'failed' || job.state === 'interrupted')
    .map((job) => ({
      phase: job.kind.split('.')[0] as string,
      severity: 'warning' as const,
      title: `${job.title}: ${job.state}`,
      detail: job.error?.message ?? '',
      at: job.finishedAt ?? job.createdAt,
    }));
  const broken =
    deployment?.status === 'failed'
      ? [
          {
            phase: 'deploy',
            severity: 'bad' as const,
            title: `${deployment.name} does not answer`,
            detail: deployment.error ?? '',
            at: deployment.startedAt ?? deployment.createdAt,
          },
        ]
      : [];
  return [...broken, ...open, ...failed];
}

function describeRecent({ jobs, model, alerts }: CircleFacts): Circle['recent'] {
  const finished = jobs
    .filter((job) => job.state === 'succeeded')
    .map((job) => ({ phase: job.kind.split('.')[0] as string, title: job.title, at: job.finishedAt ?? job.createdAt }));
  const moves = (model?.history ?? [])
    .filter((move) => move.to !== null)
    .map((move) => ({ phase: 'package', title: `Version ${move.to} is ${move.alias}`, at: move.at }));
  const raised = alerts.map((alert) => ({ phase: 'monitor', title: `Alert: ${alert.title}`, at: alert.raisedAt }));
  return [...finished, ...moves, ...raised].sort((one, other) => other.at.localeCompare(one.at)).slice(0, recentLimit);
}
