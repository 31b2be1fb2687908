import type { Pipeline, PipelineRun } from '../../engine/contract/retrain.ts';
import type { GraphItem } from './graph-layout.ts';
import type { ShownTask } from './run-steps.ts';

/** A step with more copies than these is drawn as one node until it is unfolded. */
export const mostCopies = 8;

/** So many edges from what starts a pipeline are drawn; more would hide the graph. */
const mostTriggerEdges = 12;

export type TriggerIcon = 'alert' | 'schedule' | 'data' | 'files' | 'labels' | 'webhook' | 'hand';

/** Something that starts the pipeline, as it is drawn. */
export interface ShownTrigger {
  id: string;
  icon: TriggerIcon;
  title: string;
  /** Said whole on hover. */
  says: string;
  /** When it comes next. */
  nextAt: string | null;
  problem: string | null;
  /** It started the run that is shown. */
  fired: boolean;
}

/** A node of the graph of tasks: one task, or all copies of a step. */
export interface TaskGroup {
  id: string;
  step: string;
  tasks: readonly ShownTask[];
}

/** Each task by itself; the copies of a step together where there are many and nobody unfolded them. */
export function groupTasks(tasks: readonly ShownTask[], unfolded: ReadonlySet<string>): TaskGroup[] {
  const copies = Map.groupBy(tasks, ({ step }) => step);
  const isFolded = (step: string) => (copies.get(step)?.length ?? 0) > mostCopies && !unfolded.has(step);
  const groups = new Map<string, TaskGroup>();
  for (const task of tasks) {
    const id = isFolded(task.step) ? `copies:${task.step}` : task.name;
    if (!groups.has(id))
      groups.set(id, { id, step: task.step, tasks: isFolded(task.step) ? (copies.get(task.step) ?? []) : [task] });
  }
  return [...groups.values()];
}

/** What is laid out: what starts the pipeline at the left, then its tasks. */
export function graphItems(groups: readonly TaskGroup[], triggers: readonly { id: string }[]): GraphItem[] {
  const groupOf = new Map(groups.flatMap(({ id, tasks }) => tasks.map(({ name }) => [name, id])));
  const items = groups.map(({ id, tasks }) => {
    const needs = tasks.flatMap((task) => task.needs.flatMap((need) => groupOf.get(need) ?? []));
    return { id, needs: [...new Set(needs)].filter((need) => need !== id) };
  });
  const roots = items.filter(({ needs }) => needs.length === 0);
  const joined = new Set(roots.length * triggers.length <= mostTriggerEdges ? roots : roots.slice(0, 1));
  const starts = triggers.map(({ id }) => id);
  const rank = triggers.length > 0 ? 1 : 0;
  return [
    ...starts.map((id) => ({ id, needs: [] })),
    ...items.map((item) => (joined.has(item) ? { ...item, needs: starts, rank } : { ...item, rank })),
  ];
}

const titles: Readonly<Record<TriggerIcon, string>> = {
  alert: 'Alert',
  schedule: 'Schedule',
  data: 'New data',
  files: 'Files',
  labels: 'Labels',
  webhook: 'Webhook',
  hand: 'By hand',
};

/** What starts the pipeline: what its file or its settings say, and by hand. */
export function triggersOf(
  { renewal, triggers }: Pick<Pipeline, 'renewal' | 'triggers'>,
  run: Pick<PipelineRun, 'trigger'> | undefined,
): ShownTrigger[] {
  const own = triggers.list.map(({ trigger, says, nextAt, problem }, index) => ({
    id: `trigger:${index}`,
    icon: trigger.on,
    says,
    nextAt,
    problem,
  }));
  const alert = renewal?.onAlert
    ? [{ id: 'trigger:alert', icon: 'alert' as const, says: 'an alert of Monitor', nextAt: null, problem: null }]
    : [];
  const hand = { id: 'trigger:hand', icon: 'hand' as const, says: 'at any time', nextAt: null, problem: null };
  const kind = run?.trigger.kind;
  return [...alert, ...own, hand].map((one) => {
    const fired = one.icon === kind && (kind !== 'schedule' || own.length <= 1);
    return { ...one, title: titles[one.icon], fired, ...(fired && { says: `${one.says}: ${run?.trigger.detail}` }) };
  });
}
