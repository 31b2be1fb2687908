import type { DatasetSummary } from '../contract/data.ts';
import type { Deployment, DeploymentStatus, deployCalls } from '../contract/deploy.ts';
import type { Job } from '../contract/jobs.ts';
import type { MonitorReport, monitorCalls } from '../contract/monitor.ts';
import type { Alert } from '../contract/monitor-alerts.ts';
import type { WatchedDeployment } from '../contract/monitor-overview.ts';
import type { ModelSummary, packageCalls } from '../contract/package.ts';
import type { ListedRun, Pipeline, retrainCalls } from '../contract/retrain.ts';
import type { Run, trainCalls } from '../contract/train.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext, Phase } from '../jobs/context.ts';

export interface CircleSources {
  data: DataPhase;
  train: Phase<typeof trainCalls>;
  packages: Phase<typeof packageCalls>;
  deploy: Phase<typeof deployCalls>;
  monitor: Phase<typeof monitorCalls>;
  retrain: Phase<typeof retrainCalls>;
}

/** Everything that the circle of one model shows, read from the phases at one moment. */
export interface CircleFacts {
  datasets: DatasetSummary[];
  /** How many there are, archived ones aside, and the newest. */
  runs: number;
  newestRun: Run | undefined;
  models: ModelSummary[];
  model: ModelSummary | undefined;
  deployment: Deployment | undefined;
  deploymentStatus: DeploymentStatus | undefined;
  report: MonitorReport | undefined;
  /** Other deployments of the model that stay with one version, and so show what renewal is worth. */
  pinned: { version: number; report: MonitorReport }[];
  alerts: Alert[];
  /** What the overview of Monitor says of every deployment of the model, here and elsewhere, the worst first. */
  watched: WatchedDeployment[];
  pipelines: Pipeline[];
  pipelineRuns: ListedRun[];
  jobs: Job[];
}

const pinnedLimit = 2;

/** Reads the facts of a model, of the first one where none is named. */
export async function readFacts(
  context: EngineContext,
  sources: CircleSources,
  modelName: string | undefined,
): Promise<CircleFacts> {
  const { datasets } = await sources.data.handlers.list({});
  const { runs, total } = await sources.train.handlers.list({ limit: 1 });
  const { models } = await sources.packages.handlers.list({});
  const { deployments } = await sources.deploy.handlers.list({});
  const { pipelines, runs: pipelineRuns } = await sources.retrain.handlers.list({ steps: false });
  const model = models.find((candidate) => candidate.name === modelName) ?? models[0];
  const ofModel = deployments.filter((candidate) => candidate.model === model?.name);
  const inUse = ofModel.filter((candidate) => candidate.follows !== null);
  const deployment = inUse.find((candidate) => candidate.status === 'running') ?? inUse[0] ?? ofModel[0];
  const deploymentName = deployment?.name;
  const { deployments: watched } = await sources.monitor.handlers.overview({});
  const pinned = ofModel.filter((candidate) => candidate.follows === null && candidate !== deployment);
  return {
    datasets,
    runs: total,
    newestRun: runs[0],
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
    watched: watched.filter((one) => one.model === model?.name),
    pipelines: pipelines.filter(({ models }) => model !== undefined && models.includes(model.name)),
    pipelineRuns,
    jobs: context.jobs.list(50),
  };
}

/** Windows with enough labels to have a metric, in the order of their time. */
export function judgedWindows(report: MonitorReport): MonitorReport['timeline'] {
  return report.timeline.filter((window) => window.metric !== null);
}

/** Runs of pipelines that stand still until a person decides. */
export function runsThatWait({ pipelineRuns }: CircleFacts): ListedRun[] {
  return pipelineRuns.filter((run) => run.status === 'paused');
}
