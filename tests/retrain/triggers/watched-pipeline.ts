import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PipelineRun } from '../../../engine/contract/retrain.ts';
import type { Scalar } from '../../../engine/contract/retrain-pipeline.ts';
import { EventLog } from '../../../engine/jobs/event-log.ts';
import { PipelineFiles } from '../../../engine/retrain/pipeline-files.ts';
import { PipelineRunStore } from '../../../engine/retrain/run-store.ts';
import type { RunWish } from '../../../engine/retrain/runner.ts';
import { RetrainStore, type StoredPipeline } from '../../../engine/retrain/store.ts';
import { alertSource } from '../../../engine/retrain/triggers/sources/alert-source.ts';
import { dataSource } from '../../../engine/retrain/triggers/sources/data-source.ts';
import { filesSource } from '../../../engine/retrain/triggers/sources/files-source.ts';
import { labelSource } from '../../../engine/retrain/triggers/sources/label-source.ts';
import { scheduleSource } from '../../../engine/retrain/triggers/sources/schedule-source.ts';
import { TriggerDefinitions } from '../../../engine/retrain/triggers/trigger-definitions.ts';
import { TriggerStore } from '../../../engine/retrain/triggers/trigger-store.ts';
import { TriggerWatch } from '../../../engine/retrain/triggers/trigger-watch.ts';
import { WaitingRuns } from '../../../engine/retrain/triggers/waiting-runs.ts';
import { Database } from '../../../engine/store/database.ts';
import { fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** What the other phases say, as a test sets it. */
export interface World {
  running: boolean;
  trusted: boolean;
  trustedFolders: string[];
  version: { dataset: string; number: number } | null;
  alerts: { id: string; title: string; subjects: ('drift' | 'performance' | 'fairness' | 'quality' | 'system')[] }[];
  labels: { rows: number; last: number };
}

/** A file that waits for these triggers. @param head lines beside the steps */
export function pipelineText(head: string): string {
  return `format: 1
pipeline: sales
parameters: { window: 30d, rows: 10 }
${head}
steps:
  - { name: data, kind: fetch, dataset: sales }
`;
}

/** A watch that is told to look, over a project with one pipeline, and a runner that notes what it is asked for. */
export async function watchedPipeline(head: string, start = '2026-03-02T00:00:00Z') {
  const folder = temporaryFolder();
  const database = new Database(join(folder, 'galley.db'));
  onTestFinished(() => database.close());
  database.migrate();
  const clock = fixedClock(Date.parse(start));
  const store = new RetrainStore(database);
  const runs = new PipelineRunStore(database);
  const files = new PipelineFiles(folder);
  const write = (text: string) => files.write('sales', pipelineText(text));
  write(head);
  store.save({ id: 'pl_1', name: 'sales', renewal: null }, clock.now());
  const world: World = {
    running: false,
    trusted: true,
    trustedFolders: [],
    version: { dataset: 'ds_1', number: 1 },
    alerts: [],
    labels: { rows: 0, last: 0 },
  };
  const begun: { trigger: PipelineRun['trigger']; parameters: Record<string, Scalar>; at: string }[] = [];
  const runner = {
    runningRuns: () => (world.running ? [runs.last('pl_1')?.id ?? ''] : []),
    start: (pipeline: StoredPipeline, { trigger, parameters = {}, conclude }: RunWish) => {
      begun.push({ trigger, parameters, at: new Date(clock.now()).toISOString() });
      const id = `plr_${begun.length}`;
      database.transaction(() => {
        runs.start(
          { id, pipelineId: pipeline.id, trigger, definition: '', parameters, steps: [], fresh: false },
          clock.now(),
        );
        conclude?.(id);
      });
      return {} as never;
    },
  };
  const project = { id: 'prj_1', name: 'p', path: folder };
  const context = { clock, events: new EventLog(0), database, project };
  const monitor = {
    standingAlerts: () => world.alerts,
    labelsAfter: async () => world.labels,
  };
  const data = {
    resolve: (name: string) => {
      if (world.version === null) throw new Error(`There is no ${name}.`);
      return { dataset: { id: world.version.dataset, name: 'sales' }, number: world.version.number } as never;
    },
  };
  const engine = () => {
    const triggers = new TriggerStore(database);
    const definitions = new TriggerDefinitions(files);
    const waiting = new WaitingRuns({ context, store, triggers, definitions, runs, runner });
    const sources = {
      schedule: scheduleSource(clock),
      data: dataSource(data, runs),
      files: filesSource({ clock, projectPath: folder, isTrusted: (path) => world.trustedFolders.includes(path) }),
      alert: alertSource(monitor),
      labels: labelSource(monitor, runs),
    };
    const trusted = () => world.trusted;
    const watch = new TriggerWatch({ context, store, triggers, definitions, waiting, sources, trusted });
    onTestFinished(() => watch.stop());
    return { watch, waiting, triggers };
  };
  const first = engine();
  await first.watch.look();
  /** Goes on in steps, and looks after each. */
  const pass = async (milliseconds: number, step = minute / 2, watch = first.watch) => {
    for (let passed = 0; passed < milliseconds; passed += step) {
      clock.advance(step);
      await watch.look();
    }
  };
  const pipeline = () => store.find('pl_1') as StoredPipeline;
  return { ...first, clock, store, runs, folder, world, begun, engine, pass, write, pipeline };
}
