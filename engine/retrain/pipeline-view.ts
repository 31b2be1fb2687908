import { isoTime } from '../base/clock.ts';
import { reportError } from '../base/errors.ts';
import type { Pipeline } from '../contract/retrain.ts';
import type { EngineContext } from '../jobs/context.ts';
import { answersAlerts } from './answers-alerts.ts';
import { requirePipeline } from './definition/require-pipeline.ts';
import type { Task } from './definition/tasks.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { textOf } from './pipeline-text.ts';
import type { PipelineRunStore } from './run-store.ts';
import type { DirectedPhases } from './step-tools.ts';
import type { StoredPipeline } from './store.ts';
import type { TriggerDefinitions } from './triggers/trigger-definitions.ts';
import type { TriggerWatch } from './triggers/trigger-watch.ts';
import { nextTimesOf, schedulesOf, triggersView } from './triggers/triggers-view.ts';
import type { WaitingRuns } from './triggers/waiting-runs.ts';
import type { Webhooks } from './triggers/webhooks.ts';

interface ViewSources {
  context: Pick<EngineContext, 'clock'>;
  outlines: PipelineOutlines;
  runs: PipelineRunStore;
  phases: DirectedPhases;
  definitions: TriggerDefinitions;
  watch: TriggerWatch;
  webhooks: Webhooks;
  waiting: WaitingRuns;
}

/** A pipeline as it is told: with what its file says, and when it runs next. */
export async function viewOf(sources: ViewSources, pipeline: StoredPipeline): Promise<Pipeline> {
  const { context, outlines, runs, phases, definitions, waiting } = sources;
  const { id, name, renewal, createdAt } = pipeline;
  const now = context.clock.now();
  const triggers = definitions.of(pipeline);
  const schedules = schedulesOf(triggers);
  const [next] = nextTimesOf(schedules, now, 1);
  return {
    id,
    name,
    renewal: renewal && { ...renewal, onAlert: await answersAlerts(phases, renewal) },
    ...outlines.of(pipeline),
    schedule: schedules[0] ?? null,
    nextRunAt: next === undefined ? null : isoTime(next),
    triggers: await triggersView(sources, pipeline, triggers, now),
    waiting: waiting.of(pipeline),
    lastRun: runs.last(id),
    createdAt,
  };
}

type Outline = Pick<Pipeline, 'summary' | 'tasks' | 'models' | 'fault'>;

/** What files of pipelines say; one is read through again only when its text is another one. */
export class PipelineOutlines {
  readonly #files: PipelineFiles;
  readonly #known = new Map<string, { text: string; outline: Outline }>();

  constructor(files: PipelineFiles) {
    this.#files = files;
  }

  /** Where the file has faults, which. */
  of(pipeline: StoredPipeline): Outline {
    try {
      const text = textOf(this.#files, pipeline);
      const known = this.#known.get(pipeline.id);
      if (known?.text === text) return known.outline;
      const outline = outlineOf(text, this.#files.file(pipeline.name));
      this.#known.set(pipeline.id, { text, outline });
      return outline;
    } catch (error) {
      const models = pipeline.renewal ? [pipeline.renewal.model] : [];
      return { summary: '', tasks: [], models, fault: reportError(error).message };
    }
  }
}

function outlineOf(text: string, file: string): Outline {
  const { summary, tasks } = requirePipeline(text, file);
  return { summary, tasks: tasks.map(({ members, written, ...task }) => task), models: modelsOf(tasks), fault: null };
}

function modelsOf(tasks: readonly Task[]): string[] {
  return [...new Set(tasks.filter(({ kind }) => kind === 'register').map(({ members }) => String(members.model)))];
}
