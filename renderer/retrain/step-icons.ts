import Award from '@lucide/svelte/icons/award';
import Brush from '@lucide/svelte/icons/brush-cleaning';
import Cog from '@lucide/svelte/icons/cog';
import Database from '@lucide/svelte/icons/database';
import FileText from '@lucide/svelte/icons/file-text';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Package from '@lucide/svelte/icons/package';
import History from '@lucide/svelte/icons/rotate-ccw-clock';
import Ruler from '@lucide/svelte/icons/ruler';
import Scale from '@lucide/svelte/icons/scale';
import Search from '@lucide/svelte/icons/search';
import Send from '@lucide/svelte/icons/send';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Split from '@lucide/svelte/icons/split';
import Terminal from '@lucide/svelte/icons/square-terminal';
import UserCheck from '@lucide/svelte/icons/user-check';
import type { Component } from 'svelte';
import type { StepKind } from '../../engine/contract/retrain-pipeline.ts';

const icons: Readonly<Record<StepKind, Component>> = {
  fetch: Database,
  clean: Brush,
  check: ShieldCheck,
  split: Split,
  train: FlaskConical,
  sweep: Search,
  evaluate: Ruler,
  register: Package,
  compare: Scale,
  gate: Award,
  approve: UserCheck,
  deploy: Send,
  backtest: History,
  report: FileText,
  notify: Megaphone,
  run: Terminal,
};

export function stepIcon(kind: StepKind | null): Component {
  return kind === null ? Cog : icons[kind];
}
