import { isoTime } from '../../base/clock.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { dataCalls } from '../../contract/data.ts';
import type { DemoYear, PipelineRun, retrainCalls } from '../../contract/retrain.ts';
import { regressionMetrics } from '../../statistics/regression-metrics.ts';
import { jobResult } from '../step-tools.ts';
import type { DemoTools } from './demo-tools.ts';
import { demoName, type FirstRound } from './first-round.ts';
import { type Day, readYear, yearFile } from './ridership.ts';
import { type Answered, sendDays } from './traffic.ts';

/**
 * Replays a year: its days as requests to the live and to the frozen deployment, then its labels, then its rows as the
 * next version of the data; then the monitor looks at it, and what it raises may renew the model.
 */
export async function replayYear(tools: DemoTools, round: FirstRound, year: number): Promise<DemoYear> {
  const { monitor } = tools.phases;
  const days = readYear(year, round.signature.inputs);
  tools.say(`${year}: requests of ${days.length} days`);
  const frozen = await sendDays(round.frozen.url, days, tools.signal);
  const live = await sendDays(round.live.url, days, tools.signal);

  tools.say(`${year}: what came true`);
  const labels = days.map(({ date, label }) => ({ id: date, label }));
  for (const { name } of [round.live, round.frozen]) await monitor.handlers.addLabels({ deployment: name, labels });
  await jobResult<OutputOf<typeof dataCalls.add>>(tools, () =>
    tools.phases.data.handlers.add({ name: demoName, append: true, files: [yearFile(year)] }),
  );

  tools.say(`${year}: looking at it`);
  const window = { since: isoTime(Date.UTC(year, 0)), until: isoTime(Date.UTC(year + 1, 0)) };
  const { drift } = await monitor.handlers.report({ deployment: round.live.name, ...window });
  const before = await tools.phases.retrain.latestJob(round.pipelineId);
  const { raised } = await monitor.handlers.check({ deployment: round.live.name, ...window });
  const run = await renewal(tools, round.pipelineId, before?.id);
  return {
    year,
    frozen: { r2: scoreOf(days, frozen) },
    live: { r2: scoreOf(days, live), version: (live.at(-1) as Answered).version },
    drift: drift.share,
    alerts: raised.map(({ title }) => title),
    retrained: run?.decision?.promoted ?? false,
  };
}

/** The run that the alerts started, once it has ended; undefined where they started none. */
async function renewal(tools: DemoTools, pipelineId: string, before?: string): Promise<PipelineRun | undefined> {
  const job = await tools.phases.retrain.latestJob(pipelineId);
  if (job === undefined || job.id === before) return undefined;
  tools.say('retraining');
  const { pipeline_run } = await jobResult<OutputOf<typeof retrainCalls.run>>(tools, () => job);
  return pipeline_run;
}

/** R² of a year's answers. */
function scoreOf(days: readonly Day[], answers: readonly Answered[]): number {
  const { r2 } = regressionMetrics({
    targets: Float64Array.from(days, ({ label }) => label),
    predictions: Float64Array.from(answers, ({ prediction }) => prediction),
  });
  return r2 as number;
}
