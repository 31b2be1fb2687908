import type { WindowComparison } from '../../../engine/contract/monitor-compare.ts';
import { type Resource, useResource } from '../../client/resource.svelte.ts';
import { useWorkspace } from '../../client/workspace.svelte.ts';
import type { MonitorTabProps } from '../tab.ts';

/**
 * The two windows that the view chooses, side by side: the chosen one, else the range, beside the other chosen
 * one, else the reference of the deployed version. Null while nothing was answered.
 */
export function useCompared(
  props: () => Pick<MonitorTabProps, 'deployment' | 'view' | 'report'>,
): Resource<WindowComparison | null> {
  const workspace = useWorkspace();
  const deployment = $derived(props().deployment.name);
  const first = $derived(props().report.value?.timeline[0]);
  const last = $derived(props().report.value?.timeline.at(-1));
  // As values, since what they are read from is made anew with every change of the address.
  const since = $derived(props().view.current?.since ?? (first && (props().view.range?.since ?? first.from)));
  const until = $derived(props().view.current?.until ?? (last && (props().view.range?.until ?? last.to)));
  const referenceSince = $derived(props().view.reference?.since);
  const referenceUntil = $derived(props().view.reference?.until);
  return useResource(['monitor'], async (signal) => {
    if (since === undefined || until === undefined) return null;
    const reference =
      referenceSince === undefined || referenceUntil === undefined
        ? undefined
        : { since: referenceSince, until: referenceUntil };
    return workspace.client.call('monitor.compare', { deployment, reference, current: { since, until } }, signal);
  });
}
