import type { compareCall } from '../contract/monitor-compare.ts';
import type { fairnessOverTimeCall } from '../contract/monitor-fairness-over-time.ts';
import type { performanceCall } from '../contract/monitor-performance.ts';
import type { DataPhase } from '../data/index.ts';
import type { DeployPhase } from '../deploy/index.ts';
import type { Handlers } from '../jobs/context.ts';
import type { Database } from '../store/database.ts';
import type { TrainPhase } from '../train/index.ts';
import { WindowComparisons } from './comparison/window-comparisons.ts';
import { DeploymentFairness } from './fairness/fairness-over-time.ts';
import type { SensitiveSources } from './fairness/sensitive-inputs.ts';
import { MeasuringThreads } from './measuring-threads.ts';
import { DeploymentPerformances } from './performance/deployment-performance.ts';
import { type HoldoutSources, Holdouts } from './performance/holdouts.ts';
import { keepDays } from './performance/keep-days.ts';
import { MeasuredLogs, type MeasuringSources } from './performance/measured-log.ts';
import { PerformanceDays } from './performance/performance-days.ts';
import { timeRange } from './time-range.ts';

/** The calls that measure what answers were worth. */
export interface MeasuringCalls {
  performance: typeof performanceCall;
  fairnessOverTime: typeof fairnessOverTimeCall;
  compare: typeof compareCall;
}

export interface Measuring {
  threads: Pick<MeasuringThreads, 'measure'>;
  logs: MeasuredLogs;
  fairness: DeploymentFairness;
  performances: DeploymentPerformances;
  /** The dataset that a version's run was trained on. */
  datasetOf: SensitiveSources['datasetOf'];
  stop(): Promise<void>;
  handlers: Handlers<{ [Key in keyof MeasuringCalls]: MeasuringCalls[Key] }>;
}

/** What deployments' answers were worth: over time, by slice, by group of people, and of two windows side by side. */
export function createMeasuring(
  data: HoldoutSources['data'] & Pick<DataPhase, 'marks'>,
  train: HoldoutSources['train'] & Pick<TrainPhase, 'stored'>,
  deploy: Pick<DeployPhase, 'find' | 'onRemoval'>,
  database: Database,
  sources: Omit<MeasuringSources, 'days' | 'holdouts' | 'threads'>,
): Measuring {
  const threads = new MeasuringThreads();
  const days = new PerformanceDays(database);
  const measuring = { ...sources, days, threads, holdouts: new Holdouts({ data, train }) };
  deploy.onRemoval(({ answered, deploymentId }) => keepDays(measuring, () => deploy.find(deploymentId), answered));
  const logs = new MeasuredLogs(measuring);
  const performances = new DeploymentPerformances(measuring, logs);
  const datasetOf: SensitiveSources['datasetOf'] = ({ version }) => train.stored(version.runId).datasetName;
  const fairness = new DeploymentFairness({ ...measuring, data, datasetOf }, logs);
  const comparisons = new WindowComparisons(measuring, logs);
  return {
    threads,
    logs,
    fairness,
    performances,
    datasetOf,
    stop: () => threads.close(),
    handlers: {
      performance: async ({ deployment, window, by, ...range }, signal) =>
        performances.of(deploy.find(deployment), { ...timeRange(range), window, by }, signal),
      fairnessOverTime: async ({ deployment, window, by, favourable, minimum, ...range }, signal) =>
        fairness.of(deploy.find(deployment), { ...timeRange(range), window, by, favourable, minimum }, signal),
      compare: async ({ deployment, reference, current }, signal) => {
        const range = (given: { since: string; until: string }) => timeRange(given) as { since: number; until: number };
        return comparisons.of(deploy.find(deployment), reference ? range(reference) : null, range(current), signal);
      },
    },
  };
}
