import type { Call } from './call.ts';
import { dataCalls } from './data.ts';
import { deployCalls } from './deploy.ts';
import { jobCalls } from './jobs.ts';
import { monitorCalls } from './monitor.ts';
import { packageCalls } from './package.ts';
import { projectCalls } from './project.ts';
import { demoCalls, retrainCalls } from './retrain.ts';
import { trainCalls } from './train.ts';

export const calls = {
  project: projectCalls,
  jobs: jobCalls,
  data: dataCalls,
  train: trainCalls,
  package: packageCalls,
  deploy: deployCalls,
  monitor: monitorCalls,
  retrain: retrainCalls,
  demo: demoCalls,
};

/** Every call by its name. */
export const callsByName: ReadonlyMap<string, Call> = new Map(
  Object.values(calls)
    .flatMap((area) => Object.values(area) as Call[])
    .map((call) => [call.name, call]),
);
