import type { OutputOf } from '../../contract/call.ts';
import type { JobProgress } from '../../contract/jobs.ts';
import type { DemoYear, demoCalls } from '../../contract/retrain.ts';
import type { DemoTools } from './demo-tools.ts';
import { walkFirstRound } from './first-round.ts';
import { replayYear } from './replay-year.ts';
import { lastTrainingYear, lastYear } from './ridership.ts';

/**
 * The whole demo: one walk around the circle, then year after year of traffic, while the model that is frozen decays and
 * the one that is watched is renewed.
 * @throws GalleyError of every step; what was made until then stays, and another demo takes names of its own
 */
export async function runDemo(
  tools: Omit<DemoTools, 'say'>,
  untilYear: number | undefined,
  progress: (progress: JobProgress) => void,
): Promise<OutputOf<typeof demoCalls.run>> {
  const years = Array.from(
    { length: (untilYear ?? lastYear) - lastTrainingYear },
    (_, index) => lastTrainingYear + 1 + index,
  );
  const done: DemoYear[] = [];
  const say = (phase: string) => progress({ phase, done: done.length, total: years.length, ...metricsOf(done.at(-1)) });
  const round = await walkFirstRound({ ...tools, say });
  tools.phases.retrain.watchRows();
  try {
    for (const year of years) done.push(await replayYear({ ...tools, say }, round, year));
  } finally {
    await tools.phases.deploy.handlers.stop({ deployment: round.frozen.name });
  }
  return { project: tools.context.project, model: round.name, years: done };
}

function metricsOf(year: DemoYear | undefined): Pick<JobProgress, 'metrics'> {
  if (year === undefined) return {};
  const { frozen, live } = year;
  return { metrics: { year: year.year, frozen_r2: frozen.r2, live_r2: live.r2, live_version: live.version } };
}
