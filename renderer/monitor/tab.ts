import type { Component } from 'svelte';
import type { Deployment } from '../../engine/contract/deploy.ts';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import type { MonitorTab } from '../client/address.ts';
import type { MonitorView } from '../client/monitor-view.ts';
import type { Resource } from '../client/resource.svelte.ts';

/** What every tab of a deployment's monitor page gets. */
export interface MonitorTabProps {
  deployment: Deployment;
  /** The stretch of time and the windows that are chosen; of the address, and so of all tabs. */
  view: MonitorView;
  /** Changes some of it; the rest stays. */
  onview: (change: MonitorView) => void;
  /** The report of the range, which the page's title is taken from. */
  report: Resource<MonitorReport | null>;
}

export interface MonitorTabEntry {
  value: MonitorTab;
  label: string;
  component: Component<MonitorTabProps>;
}
