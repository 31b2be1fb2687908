import type { Circle } from '../contract/project.ts';
import type { EngineContext } from '../jobs/context.ts';
import { type CircleFacts, type CircleSources, judgedWindows, readFacts, runsThatWait } from './circle-facts.ts';
import { describeFinding } from './finding.ts';
import { describeStations } from './stations.ts';

const recentLimit = 8;

/** The live state of the six phases of a model (the first model where none is named). */
export async function describeCircle(
  context: EngineContext,
  sources: CircleSources,
  modelName: string | undefined,
): Promise<Circle> {
  const facts = await readFacts(context, sources, modelName);
  const { metric, value } = metricInUse(facts);
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

/** The newest judged window's metric where labels are there, else the newest version's on its holdout. */
function metricInUse({ report, model }: CircleFacts): { metric: string | null; value: number | null } {
  const window = report && judgedWindows(report).at(-1);
  if (report && window) return { metric: report.metric.name, value: window.metric };
  const newest = model?.versions.at(-1);
  return newest
    ? { metric: newest.metric.name, value: newest.metrics[newest.metric.name] ?? null }
    : { metric: null, value: null };
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

function describeAttention(facts: CircleFacts): Circle['attention'] {
  const { alerts, jobs, deployment } = facts;
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
  const waiting = runsThatWait(facts).map((run) => ({
    phase: 'retrain',
    severity: 'warning' as const,
    title: `Run ${run.number} of ${run.pipeline} waits for you`,
    detail: run.decision?.reason ?? '',
    at: run.startedAt,
  }));
  return [...broken, ...waiting, ...open, ...failed];
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
