import { isoTime } from '../base/clock.ts';
import { reportError } from '../base/errors.ts';
import type { Pipeline } from '../contract/retrain.ts';
import type { EngineContext } from '../jobs/context.ts';
import { answersAlerts } from './answers-alerts.ts';
import type { Task } from './definition/tasks.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { definitionOf } from './pipeline-text.ts';
import type { PipelineRunStore } from './run-store.ts';
import { nextOccurrence } from './schedule/occurrences.ts';
import type { DirectedPhases } from './step-tools.ts';
import type { StoredPipeline } from './store.ts';

interface ViewSources {
  context: Pick<EngineContext, 'clock'>;
  files: PipelineFiles;
  runs: PipelineRunStore;
  phases: DirectedPhases;
}

/** A pipeline as it is told: with what its file says, and when it runs next. */
export async function viewOf(
  { context, files, runs, phases }: ViewSources,
  pipeline: StoredPipeline,
): Promise<Pipeline> {
  const { id, name, renewal, schedule, createdAt } = pipeline;
  const next = schedule && nextOccurrence(schedule, context.clock.now());
  return {
    id,
    name,
    renewal: renewal && { ...renewal, onAlert: await answersAlerts(phases, renewal) },
    ...fileSays(files, pipeline),
    schedule,
    nextRunAt: next === null ? null : isoTime(next),
    triggers: { list: [], debounce: null, quiet: null, concurrent: false },
    waiting: null,
    lastRun: runs.last(id),
    createdAt,
  };
}

/** What the file of a pipeline says; where it has faults, which. */
export function fileSays(
  files: PipelineFiles,
  pipeline: StoredPipeline,
): Pick<Pipeline, 'summary' | 'tasks' | 'models' | 'fault'> {
  try {
    const { summary, tasks } = definitionOf(files, pipeline);
    return { summary, tasks: tasks.map(({ members, ...task }) => task), models: modelsOf(tasks), fault: null };
  } catch (error) {
    const models = pipeline.renewal ? [pipeline.renewal.model] : [];
    return { summary: '', tasks: [], models, fault: reportError(error).message };
  }
}

function modelsOf(tasks: readonly Task[]): string[] {
  return [...new Set(tasks.filter(({ kind }) => kind === 'register').map(({ members }) => String(members.model)))];
}
