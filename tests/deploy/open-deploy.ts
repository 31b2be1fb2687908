import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../engine/base/clock.ts';
import { type ColumnMarks, createDataPhase } from '../../engine/data/index.ts';
import { createDeployPhase, type DeployOptions, type DeployPhase } from '../../engine/deploy/index.ts';
import type { EngineContext } from '../../engine/jobs/context.ts';
import { predict } from '../serving/running-server.ts';
import { FixtureModels } from './fixture-models.ts';
import { openEngine } from './open-engine.ts';

export const quickBackOff = { firstMilliseconds: 20, longestMilliseconds: 100, tries: 3, stableMilliseconds: 30_000 };

export interface OpenDeploy {
  context: EngineContext;
  models: FixtureModels;
  deploy: DeployPhase;
  close(): Promise<void>;
}

/** The deploy phase on a project, over the models of tests/fixtures/serving; its servers end with the test. */
export function openDeploy(
  path?: string,
  options: DeployOptions = { backOff: quickBackOff },
  marks: ColumnMarks = { of: () => ({}), key: () => Buffer.alloc(32) },
  clock: Clock = systemClock,
): OpenDeploy {
  const engine = openEngine(path, clock);
  const models = new FixtureModels(engine);
  const { open } = createDataPhase(engine);
  const deploy = createDeployPhase(engine, { marks, open }, models, options);
  const close = async () => {
    await deploy.stop?.();
    await engine.close();
  };
  onTestFinished(() => deploy.stop?.());
  return { context: engine, models, deploy, close };
}

/** A row for riders: version 1 answers 2 * temperature - 3 * rain + 100, version 2 answers 4 * temperature - … */
export function ridersRow(temperature: number) {
  return { temperature, rain: 1, holiday: false, line: 'red', day: '2004-02-29' };
}

export async function send(url: string, ids: string[], eventTimes?: string[]): Promise<void> {
  const rows = ids.map((_, index) => ridersRow(index));
  const { status } = await predict(url, { rows, ids, ...(eventTimes ? { event_times: eventTimes } : {}) });
  if (status !== 200) throw new Error(`the server answered ${status}`);
}
