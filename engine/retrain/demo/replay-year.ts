import { isoTime } from '../../base/clock.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { dataCalls } from '../../contract/data.ts';
import type { DemoYear, retrainCalls } from '../../contract/retrain.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { regressionMetrics } from '../../statistics/regression-metrics.ts';
import type { DemoTools } from './demo-tools.ts';
import type { FirstRound } from './first-round.ts';
import { type Day, readYear, yearFile } from './ridership.ts';
import { type Answered, sendDays } from './traffic.ts';

/**
 * Replays a year: its days as requests to the live and to the frozen deployment, then what came true, then its rows as the
 * next version of the data; then the monitor looks at it. What it raises, or new rows while something is open, renews
 * the model.
 */
export async function replayYear(tools: DemoTools, round: FirstRound, year: number): Promise<DemoYear> {
  const { monitor, data } = tools.phases;
  const days = readYear(year, round.signature.inputs);
  tools.say(`${year}: requests of ${days.length} days`);
  const frozen = await sendDays(round.frozen.url, days, tools.signal);
  const live = await sendDays(round.live.url, days, tools.signal);

  tools.say(`${year}: what came true`);
  const renewals = new Renewals(tools, round.pipelineId, await latestJobId(tools, round));
  const labels = days.map(({ date, label }) => ({ id: date, label }));
  for (const { name } of [round.live, round.frozen]) await monitor.handlers.addLabels({ deployment: name, labels });
  const range = { since: Date.UTC(year, 0), until: Date.UTC(year + 1, 0) };
  const window = { since: isoTime(range.since), until: isoTime(range.until) };
  const { drift } = await monitor.handlers.report({ deployment: round.live.name, ...window });
  await renewals.wait();
  await jobResult<OutputOf<typeof dataCalls.add>>(tools, () =>
    data.handlers.add({ name: round.name, append: true, files: [yearFile(year)] }),
  );
  await renewals.wait();

  tools.say(`${year}: looking at it`);
  const { raised, open } = await monitor.checkReplayed(round.live.name, range);
  await renewals.wait();
  return {
    year,
    frozen: { r2: scoreOf(days, frozen) },
    live: { r2: scoreOf(days, live), version: (live.at(-1) as Answered).version },
    drift: drift.share,
    alerts: open.map(({ id, title }) => (raised.some((alert) => alert.id === id) ? title : `still: ${title}`)),
    retrained: renewals.promoted,
  };
}

async function latestJobId(tools: DemoTools, { pipelineId }: FirstRound): Promise<string | undefined> {
  return (await tools.phases.retrain.latestJob(pipelineId))?.id;
}

/** The runs of the pipeline that alerts started in a year. */
class Renewals {
  promoted = false;
  readonly #tools: DemoTools;
  readonly #pipelineId: string;
  #seen: string | undefined;

  constructor(tools: DemoTools, pipelineId: string, seen: string | undefined) {
    this.#tools = tools;
    this.#pipelineId = pipelineId;
    this.#seen = seen;
  }

  /** Waits for the run that was started since the last time, where there is one. */
  async wait(): Promise<void> {
    const job = await this.#tools.phases.retrain.latestJob(this.#pipelineId);
    if (job === undefined || job.id === this.#seen) return;
    this.#seen = job.id;
    this.#tools.say('retraining');
    const { pipeline_run } = await jobResult<OutputOf<typeof retrainCalls.run>>(this.#tools, () => job);
    this.promoted ||= pipeline_run.decision?.promoted ?? false;
  }
}

/** R² of a year's answers. */
function scoreOf(days: readonly Day[], answers: readonly Answered[]): number {
  const { r2 } = regressionMetrics({
    targets: Float64Array.from(days, ({ label }) => label),
    predictions: Float64Array.from(answers, ({ prediction }) => prediction),
  });
  return r2 as number;
}
