import { GalleyError } from '../../base/errors.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { dataCalls } from '../../contract/data.ts';
import type { packageCalls } from '../../contract/package.ts';
import type { trainCalls } from '../../contract/train.ts';
import type { Signature } from '../../contract/values.ts';
import { jobResult } from '../step-tools.ts';
import type { DemoTools } from './demo-tools.ts';
import { features, firstYear, lastTrainingYear, target, timeColumn, yearFile } from './ridership.ts';

/** The one name that dataset, model, deployment and pipeline of the demo have. */
export const demoName = 'ridership';
/** The deployment that stays at version 1, to show what would be without retraining. */
const frozenName = 'ridership-frozen';

/** What stands when the circle was walked once. */
export interface FirstRound {
  signature: Signature;
  live: { name: string; url: string };
  frozen: { name: string; url: string };
  pipelineId: string;
}

/** R² of a year that is still good enough; the holdout of the first model gives 0.91. */
const bound = 0.85;
/** How the pipeline of the demo renews the model: on an alert, from the days of the last year. */
const windowDays = 365;

/** Walks once around the circle: data of three years, a ridge, version 1, two deployments, limits and a pipeline. */
export async function walkFirstRound(tools: DemoTools): Promise<FirstRound> {
  await requireRoom(tools);
  const { data, train, packages, deploy, monitor, retrain } = tools.phases;
  const years = Array.from({ length: lastTrainingYear - firstYear + 1 }, (_, index) => firstYear + index);

  tools.say('adding the data of 2001 to 2003');
  await jobResult<OutputOf<typeof dataCalls.add>>(tools, () =>
    data.handlers.add({ name: demoName, files: years.map(yearFile), time: timeColumn }),
  );
  tools.say('training');
  const { best } = await jobResult<OutputOf<typeof trainCalls.run>>(tools, () =>
    train.handlers.run({
      reference: `${demoName}@1`,
      target,
      learners: ['linear'],
      features,
      split: { kind: 'every-nth', every: 5 },
      params: { alpha: 1 },
    }),
  );
  tools.say('packaging');
  const { signature } = await jobResult<OutputOf<typeof packageCalls.add>>(tools, () =>
    packages.handlers.add({ run: best.id, model: demoName, alias: 'champion' }),
  );
  tools.say('deploying');
  const live = await deploy.handlers.start({ reference: `${demoName}@champion`, name: demoName });
  const frozen = await deploy.handlers.start({ reference: `${demoName}@1`, name: frozenName });
  await monitor.handlers.limits({ deployment: demoName, bound });
  const { pipeline } = await retrain.handlers.add({ model: demoName, deployment: demoName, windowDays, onAlert: true });
  return {
    signature,
    live: { name: live.deployment, url: live.url },
    frozen: { name: frozen.deployment, url: frozen.url },
    pipelineId: pipeline.id,
  };
}

/** @throws GalleyError `retrain.demo_already_here` */
async function requireRoom({ context, phases }: DemoTools): Promise<void> {
  const { datasets } = await phases.data.handlers.list({});
  const { models } = await phases.packages.handlers.list({});
  const { deployments } = await phases.deploy.handlers.list({});
  const taken = [
    ...datasets.filter(({ name }) => name === demoName).map(() => 'a dataset'),
    ...models.filter(({ name }) => name === demoName).map(() => 'a model'),
    ...deployments.filter(({ name }) => name === demoName || name === frozenName).map(() => 'a deployment'),
  ];
  if (taken.length === 0) return;
  const message = `${context.project.path} has ${taken[0]} called "${demoName}" already, so the demo was not started.`;
  throw new GalleyError('retrain.demo_already_here', message, { details: { path: context.project.path, taken } });
}
