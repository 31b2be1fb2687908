import { isAbsolute } from 'node:path';
import { suggestName } from '../../base/nearest-name.ts';
import { type Check, compileCheck } from '../../base/validation.ts';
import { ProjectPath, type Scalar } from '../../contract/retrain-pipeline.ts';
import {
  type QuietPeriod,
  type Trigger,
  type TriggerOn,
  triggerForms,
  triggersOn,
} from '../../contract/retrain-triggers.ts';
import { globTest, type YamlPath } from '../../data/index.ts';
import { scheduleFault, zoneFault } from '../schedule/occurrences.ts';
import type { NamedFault } from './faults.ts';
import { givenFaults } from './given-parameters.ts';
import type { Task } from './tasks.ts';

/** When a pipeline starts by itself, as its file says. */
export interface Triggers {
  list: Trigger[];
  /** `30s`. */
  debounce: string | null;
  quiet: QuietPeriod | null;
  concurrent: boolean;
}

/** Times of a schedule are looked for from here on, so that what a file is worth does not depend on when it is read. */
const since = Date.UTC(2000, 0, 1);
/** A file with more is refused. */
const mostTriggers = 100;

/**
 * The triggers of a file.
 * @param faults gets those of the ones that are none
 */
export function readTriggers(
  value: unknown,
  parameters: Readonly<Record<string, Scalar>>,
  faults: NamedFault[],
): Trigger[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > mostTriggers) {
    faults.push({ path: ['triggers'], message: `must be a list of at most ${mostTriggers} triggers.` });
    return [];
  }
  return value.flatMap((item, index) => readTrigger(item, ['triggers', index], parameters, faults) ?? []);
}

const checks = new Map<TriggerOn, Check>();

function checkOf(on: TriggerOn): Check {
  const check = checks.get(on) ?? compileCheck(triggerForms[on]);
  checks.set(on, check);
  return check;
}

function readTrigger(
  value: unknown,
  path: YamlPath,
  parameters: Readonly<Record<string, Scalar>>,
  faults: NamedFault[],
): Trigger | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    faults.push({ path, message: `must say what it waits for, such as on: data. ${suggestName('', triggersOn)}` });
    return undefined;
  }
  const { on } = value as { on?: unknown };
  const known = triggersOn.find((name) => name === on);
  if (known === undefined) {
    const what = on === undefined ? 'must say what it waits for.' : `"${String(on)}" is nothing to wait for.`;
    faults.push({ path: [...path, 'on'], message: `${what} ${suggestName(String(on ?? ''), triggersOn)}` });
    return undefined;
  }
  const found = formFaults(known, value, path);
  const trigger = value as Trigger;
  if (found.length === 0) found.push(...contentFaults(trigger, path, parameters));
  faults.push(...found);
  return found.length > 0 ? undefined : trigger;
}

function formFaults(on: TriggerOn, value: object, path: YamlPath): NamedFault[] {
  const members = Object.keys(triggerForms[on].properties);
  const unknown = Object.keys(value).filter((member) => !members.includes(member));
  if (unknown.length > 0)
    return unknown.map((member) => ({
      path: [...path, member],
      message: `is no member of a trigger on ${on}. ${suggestName(member, members)}`,
    }));
  return checkOf(on)(value).map((fault) => ({
    path: [...path, ...pointerParts(fault.path)],
    message: `${fault.message}.`,
  }));
}

function contentFaults(trigger: Trigger, path: YamlPath, parameters: Readonly<Record<string, Scalar>>): NamedFault[] {
  const found = givenFaults(parameters, trigger.parameters ?? {}, [...path, 'parameters']);
  if (trigger.on === 'schedule') {
    const fault = scheduleFault(trigger, since);
    if (fault) found.push({ path: [...path, fault.member], message: fault.message });
  }
  if (trigger.on === 'files') {
    const message = pathFault(trigger.path);
    if (message) found.push({ path: [...path, 'path'], message });
  }
  return found;
}

const magic = /[*?[\]{}]/;
const checkProjectPath = compileCheck(ProjectPath);

function pathFault(path: string): string | undefined {
  if (/^(\\\\|\/\/)/.test(path)) return 'is on another machine; only folders of this one are looked at.';
  if (isAbsolute(path) || /^[A-Za-z]:[\\/]/.test(path))
    return magic.test(path) ? 'is outside the project; there only a folder is possible, not a pattern.' : undefined;
  if (checkProjectPath(path).length > 0)
    return "must be a path or a pattern inside the project's folder, or an absolute folder.";
  try {
    globTest(path);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a quiet period is not. */
export function quietFaults(quiet: QuietPeriod | undefined): NamedFault[] {
  if (quiet === undefined) return [];
  const zone = zoneFault(quiet.timezone);
  if (zone) return [{ path: ['quiet', 'timezone'], message: zone }];
  if (quiet.from !== quiet.to) return [];
  return [{ path: ['quiet', 'to'], message: 'is when it begins, so that no run could ever begin.' }];
}

/** Triggers that wait for files which the pipeline writes itself: each run would bring about the next. */
export function selfStartFaults(triggers: readonly Trigger[], tasks: readonly Task[]): NamedFault[] {
  const written = tasks.flatMap(({ step, kind, members }) => {
    const paths = kind === 'report' ? [members.to] : kind === 'run' ? [members.writes ?? []].flat() : [];
    return paths.map((path) => ({ step, path: String(path) }));
  });
  return triggers.flatMap((trigger, index) => {
    if (trigger.on !== 'files') return [];
    const own = written.find(({ path }) => isWatched(path, trigger.path));
    if (own === undefined) return [];
    const message = `takes in ${own.path}, which the step ${own.step} writes: each run would bring about the next.`;
    return [{ path: ['triggers', index, 'path'], message }];
  });
}

/** Whether a path that is written, or what lies below it, is watched. */
function isWatched(written: string, watched: string): boolean {
  const file = trimmed(written);
  const place = trimmed(watched);
  if (magic.test(place)) return globTest(place)(file) || globTest(place)(`${file}/x`);
  return file === place || file.startsWith(`${place}/`) || place.startsWith(`${file}/`) || place === '.';
}

function trimmed(path: string): string {
  return path.replace(/^\.\/(?=.)/, '').replace(/\/+$/, '');
}

function pointerParts(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
