import { createDataPhase } from './data/index.ts';
import { createDeployPhase } from './deploy/index.ts';
import type { EngineContext, Phase } from './jobs/context.ts';
import { createMonitorPhase } from './monitor/index.ts';
import { createPackagePhase } from './package/index.ts';
import { createJobsArea, createProjectArea } from './project/index.ts';
import { createDemoArea, createRetrainPhase } from './retrain/index.ts';
import { createTrainPhase } from './train/index.ts';

/** Every area of calls, each given the earlier ones that it builds on. The order is the order of starting. */
export function createAreas(context: EngineContext): ReadonlyMap<string, Phase> {
  const data = createDataPhase(context);
  const train = createTrainPhase(context, data);
  const packages = createPackagePhase(context, data, train);
  const deploy = createDeployPhase(context, data, packages);
  const monitor = createMonitorPhase(context, data, train, packages, deploy);
  const retrain = createRetrainPhase(context, data, train, packages, deploy, monitor);
  const demo = createDemoArea(context, data, train, packages, deploy, monitor, retrain);
  const project = createProjectArea(context, { data, train, packages, deploy, monitor, retrain });
  const areas = {
    jobs: createJobsArea(context),
    data,
    train,
    package: packages,
    deploy,
    monitor,
    retrain,
    demo,
    project,
  };
  return new Map(Object.entries(areas as unknown as Record<string, Phase>));
}
