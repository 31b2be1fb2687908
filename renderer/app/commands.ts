import Calendar from '@lucide/svelte/icons/calendar';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import FileDown from '@lucide/svelte/icons/file-down';
import Moon from '@lucide/svelte/icons/moon';
import Play from '@lucide/svelte/icons/play';
import SettingsIcon from '@lucide/svelte/icons/settings';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Sun from '@lucide/svelte/icons/sun';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import type { Component } from 'svelte';
import { address, addressOfPhase, navigate } from '../client/address.ts';
import type { Client } from '../client/client.ts';
import type { Workspace } from '../client/workspace.svelte.ts';
import type { Intake } from '../data/imports/intake.svelte.ts';
import { formatQuantity } from '../ui/format.ts';
import { phaseIcon, phaseLooks } from '../ui/phases.ts';
import type { Theme } from './theme.svelte.ts';

export interface CommandEntry {
  id: string;
  group: 'Go to' | 'Do' | 'Datasets' | 'Runs' | 'Models' | 'Deployments' | 'Pipelines';
  label: string;
  note?: string;
  icon: Component;
  run: () => void;
}

const mostOfGroup = 8;

/** The entries that have every typed word, at most eight of a kind of object. */
export function findCommands(entries: readonly CommandEntry[], typed: string): CommandEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const counts = new Map<string, number>();
  return entries.filter((entry) => {
    const text = `${entry.group} ${entry.label} ${entry.note ?? ''}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) return false;
    const count = (counts.get(entry.group) ?? 0) + 1;
    counts.set(entry.group, count);
    return count <= mostOfGroup || entry.group === 'Go to' || entry.group === 'Do';
  });
}

/** The commands that are there in every project. */
export function standingCommands(parts: { workspace: Workspace; intake: Intake; theme: Theme }): CommandEntry[] {
  return [...pageCommands(), ...actionCommands(parts)];
}

/** The objects of the project, to be found by name. */
export async function readCommands(client: Client): Promise<CommandEntry[]> {
  const [data, train, models, deploy, retrain] = await Promise.all([
    client.call('data.list', {}),
    client.call('train.list', { limit: 100 }),
    client.call('package.list', {}),
    client.call('deploy.list', {}),
    client.call('retrain.list', { steps: false, limit: 0 }),
  ]);
  return [
    ...data.datasets.map(({ name, latest }) =>
      goTo('Datasets', name, address.dataset(name), phaseIcon('data'), formatQuantity(latest.rows, 'row')),
    ),
    ...models.models.map(({ name, versions }) =>
      goTo('Models', name, address.package(name), phaseIcon('package'), formatQuantity(versions.length, 'version')),
    ),
    ...deploy.deployments.map(({ name, status }) =>
      goTo('Deployments', name, address.deploy(name), phaseIcon('deploy'), status),
    ),
    ...retrain.pipelines.map((pipeline) =>
      goTo(
        'Pipelines',
        pipeline.name,
        address.retrain(undefined, { pipeline: pipeline.name }),
        phaseIcon('retrain'),
        pipeline.lastRun?.status ?? 'has not run',
      ),
    ),
    ...train.runs.map((run) =>
      goTo(
        'Runs',
        `run ${run.number}, ${run.learner}`,
        address.run(run.id),
        phaseIcon('train'),
        `${run.target} from ${run.dataset.name}`,
      ),
    ),
  ];
}

function pageCommands(): CommandEntry[] {
  return [
    goTo('Go to', 'Circle', address.circle(), CircleDot),
    ...phaseLooks.map(({ phase, title, icon }) => goTo('Go to', title, addressOfPhase(phase), icon)),
    goTo('Go to', 'Runs', address.runs(), phaseIcon('train')),
    goTo('Go to', 'Calendar', address.calendar(), Calendar),
    goTo('Go to', 'Settings', address.settings(), SettingsIcon),
    goTo('Go to', 'Help', address.help(), CircleHelp),
  ];
}

function actionCommands({
  workspace,
  intake,
  theme,
}: {
  workspace: Workspace;
  intake: Intake;
  theme: Theme;
}): CommandEntry[] {
  const action = (id: string, label: string, icon: Component, run: () => void): CommandEntry => ({
    id,
    group: 'Do',
    label,
    icon,
    run,
  });
  return [
    action('add-file', 'Add a file', FileDown, () => intake.browse()),
    action('paste', 'Paste a table', ClipboardPaste, () => intake.openPasteBox()),
    action('train', 'Train a model', phaseIcon('train'), () => navigate(address.train())),
    action('demo', 'Run the demo', Play, () => void runDemo(workspace)),
    action('verify', 'Verify the project', ShieldCheck, () => void verify(workspace)),
    action('light', 'Light theme', Sun, () => theme.choose('light')),
    action('dark', 'Dark theme', Moon, () => theme.choose('dark')),
    action('system', 'Theme of the system', SunMoon, () => theme.choose('system')),
  ];
}

/** Starts the demo, once around the circle on the Chicago data; a refusal is shown as a notice. */
export async function runDemo(workspace: Workspace): Promise<void> {
  try {
    await workspace.start('demo.run', {});
  } catch (thrown) {
    workspace.report(thrown);
  }
}

/** Checks every stored file and says what came of it. */
async function verify(workspace: Workspace): Promise<void> {
  try {
    const { ok, blobs, problems } = await workspace.client.call('project.verify', {});
    if (ok)
      workspace.notices.add({
        tone: 'good',
        title: 'The project is whole',
        detail: `${formatQuantity(blobs, 'file')} checked`,
      });
    else
      workspace.notices.add({
        tone: 'bad',
        title: formatQuantity(problems.length, 'problem'),
        detail: problems[0]?.message,
      });
  } catch (thrown) {
    workspace.report(thrown);
  }
}

function goTo(group: CommandEntry['group'], label: string, to: string, icon: Component, note?: string): CommandEntry {
  return { id: to, group, label, note, icon, run: () => navigate(to) };
}
