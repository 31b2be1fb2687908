import type { MonitorReport } from '../../engine/contract/monitor.ts';
import type { ColumnDrift } from '../../engine/contract/monitor-drift.ts';
import { type Resource, useResource } from '../client/resource.svelte.ts';
import { useWorkspace } from '../client/workspace.svelte.ts';
import { referenceText } from './finding.ts';
import { rangeName } from './ranges.ts';
import type { MonitorTabProps } from './tab.ts';

/** Two windows side by side: how each column was spread then and is now. */
export interface Compared {
  columns: readonly ColumnDrift[];
  prediction: ColumnDrift | null;
  /** In words. */
  reference: string;
  current: string;
}

/** The comparison that the view chooses: the chosen window, else the whole range, with the reference of the version. */
export function useCompared(
  props: () => Pick<MonitorTabProps, 'deployment' | 'view' | 'report'>,
): Resource<Compared | null> {
  const workspace = useWorkspace();
  const deployment = $derived(props().deployment.name);
  const since = $derived(props().view.current?.since);
  const until = $derived(props().view.current?.until);
  const whole = $derived(props().view.current === undefined ? props().report.value : undefined);
  const range = $derived(rangeName(props().view.current ?? props().view.range));
  return useResource(['monitor'], async (signal) => {
    if (whole !== undefined) return whole && fromReport(whole, range);
    if (since === undefined) return null;
    return fromReport(await workspace.client.call('monitor.report', { deployment, since, until }, signal), range);
  });
}

function fromReport(report: MonitorReport, current: string): Compared {
  const { columns, prediction } = report.drift;
  return { columns, prediction, reference: referenceText(report), current };
}
