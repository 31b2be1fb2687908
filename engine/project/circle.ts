import type { Circle } from '../contract/project.ts';
import type { EngineContext } from '../jobs/context.ts';
import { type CircleFacts, type CircleSources, judgedWindows, readFacts } from './circle-facts.ts';
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
