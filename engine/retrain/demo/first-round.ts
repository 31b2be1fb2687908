import type { OutputOf } from '../../contract/call.ts';
import type { dataCalls } from '../../contract/data.ts';
import type { packageCalls } from '../../contract/package.ts';
import type { trainCalls } from '../../contract/train.ts';
import type { Signature } from '../../contract/values.ts';
import { jobResult } from '../../jobs/job-result.ts';
import type { DemoTools } from './demo-tools.ts';
import { features, firstYear, lastTrainingYear, target, timeColumn, yearFile } from './ridership.ts';

const demoName = 'ridership';

/** What stands when the circle was walked once. */
export interface FirstRound {
  /** The one name that dataset, model, live deployment and pipeline have. */
  name: string;
  signature: Signature;
  live: { name: string; url: string };
  /** The deployment that stays at version 1, to show what would be without retraining. */
  frozen: { name: string; url: string };
  pipelineId: string;
}

/** R² of a year that is still good enough; the holdout of the first model gives 0.91. */
const bound = 0.85;
/** How the pipeline of the demo renews the model: on an alert, from the days of the last year. */
const windowDays = 365;

/** Walks once around the circle: data of three years, a ridge, version 1, two deployments, limits and a pipeline. */
export async function walkFirstRound(tools: DemoTools): Promise<FirstRound> {
  const name = await freeName(tools);
  const { data, train, packages, deploy, monitor, retrain } = tools.phases;
  const years = Array.from({ length: lastTrainingYear - firstYear + 1 }, (_, index) => firstYear + index);

  tools.say('adding the data of 2001 to 2003');
  await jobResult<OutputOf<typeof dataCalls.add>>(tools, () =>
    data.handlers.add({ name, files: years.map(yearFile), time: timeColumn }),
  );
  tools.say('training');
  const { best } = await jobResult<OutputOf<typeof trainCalls.run>>(tools, () =>
    train.handlers.run({
      reference: `${name}@1`,
      target,
      learners: ['linear'],
      features,
      split: { kind: 'every-nth', every: 5 },
      params: { alpha: 1 },
    }),
  );
  tools.say('packaging');
  const { signature } = await jobResult<OutputOf<typeof packageCalls.add>>(tools, () =>
    packages.handlers.add({ run: best.id, model: name, alias: 'champion' }),
  );
  tools.say('deploying');
  const live = await deploy.handlers.start({ reference: `${name}@champion`, name });
  const frozen = await deploy.handlers.start({ reference: `${name}@1`, name: frozenName(name) });
  await monitor.handlers.limits({ deployment: name, bound });
  const { pipeline } = await retrain.handlers.add({ model: name, deployment: name, windowDays, onAlert: true });
  return {
    name,
    signature,
    live: { name: live.deployment, url: live.url },
    frozen: { name: frozen.deployment, url: frozen.url },
    pipelineId: pipeline.id,
  };
}

/** `ridership`, or where an earlier demo or something else has that name `ridership-2`, and so on. */
async function freeName({ phases }: DemoTools): Promise<string> {
  const { datasets } = await phases.data.handlers.list({});
  const { models } = await phases.packages.handlers.list({});
  const { deployments } = await phases.deploy.handlers.list({});
  const { pipelines } = await phases.retrain.handlers.list({});
  const taken = new Set([...datasets, ...models, ...deployments, ...pipelines].map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? demoName : `${demoName}-${number}`;
    if (!taken.has(name) && !taken.has(frozenName(name))) return name;
  }
}

function frozenName(name: string): string {
  return `${name}-frozen`;
}
