import Activity from '@lucide/svelte/icons/activity';
import Database from '@lucide/svelte/icons/database';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Package from '@lucide/svelte/icons/package';
import Repeat from '@lucide/svelte/icons/repeat';
import Send from '@lucide/svelte/icons/send';
import type { Component } from 'svelte';
import type { StationState } from '../../engine/contract/project.ts';
import type { StateTone } from './state-tone.ts';

export interface PhaseLooks {
  phase: string;
  title: string;
  icon: Component;
  /** What the empty circle says of it. */
  promise: string;
}

/** The six phases in the order of the circle. */
export const phaseLooks: readonly PhaseLooks[] = [
  { phase: 'data', title: 'Data', icon: Database, promise: 'a file, read and kept' },
  { phase: 'train', title: 'Train', icon: FlaskConical, promise: 'several learners compete' },
  { phase: 'package', title: 'Package', icon: Package, promise: 'one ONNX file' },
  { phase: 'deploy', title: 'Deploy', icon: Send, promise: 'it answers requests' },
  { phase: 'monitor', title: 'Monitor', icon: Activity, promise: 'is it still good?' },
  { phase: 'retrain', title: 'Retrain', icon: Repeat, promise: 'keep it good' },
];

export function phaseIcon(phase: string): Component {
  return phaseLooks.find((looks) => looks.phase === phase)?.icon ?? Activity;
}

const tones: Record<StationState, StateTone> = {
  empty: 'empty',
  idle: 'idle',
  good: 'good',
  busy: 'information',
  warning: 'warning',
  bad: 'bad',
};

export function stationTone(state: StationState): StateTone {
  return tones[state];
}
