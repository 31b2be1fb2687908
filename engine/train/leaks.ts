import { GalleyError } from '../base/errors.ts';
import { type Frame, type FrameColumn, findColumn, selectValues } from '../base/frame.ts';
import type { Problem } from '../contract/values.ts';
import { suspectLeaks } from '../data/for-jobs.ts';
import type { DrawnRows } from './draw-rows.ts';

/** Findings that stop a training; what else the data phase suspects is for its own page. */
const stopping = ['target_copy', 'gives_target_away', 'known_only_afterwards'];
/** In a list of allowed columns: all of them. */
export const everyColumn = '*';
const mostRows = 5000;

/**
 * Stops where a candidate for a feature seems to give the target away in the training part, until its user decided. Where
 * nothing else is there to learn from, that is what its user wants, and a warning is enough.
 * @param allowed columns whose user said that they may be features; `*` for all.
 * @throws GalleyError `train.suspected_leak`
 */
export function refuseLeaks(
  frame: Frame,
  target: string,
  { training, choices }: DrawnRows,
  allowed: readonly string[],
  throwIfCanceled: () => void,
): Problem[] {
  if (allowed.includes(everyColumn)) return [];
  const step = Math.max(1, Math.ceil(training.length / mostRows));
  const rows = training.filter((_, index) => index % step === 0);
  const column = (name: string) => selectValues(findColumn(frame, name) as FrameColumn, rows);
  const goal = column(target);
  const suspects = choices.filter(({ name }) => !allowed.includes(name));
  const found = suspects.flatMap(({ name }) => {
    throwIfCanceled();
    return suspectLeaks(goal, [column(name)]);
  });
  const findings = found.filter(({ code }) => stopping.includes(code));
  if (findings.length === 0) return [];
  const names = findings.flatMap(({ columns }) => columns);
  const reasons = findings.map(({ message, evidence }) => `${message} ${evidence}`).join(' ');
  if (choices.every(({ name }) => names.includes(name))) {
    return findings.map(({ message, columns: [name] }) => ({ code: 'train.suspected_leak', message, column: name }));
  }
  throw new GalleyError('train.suspected_leak', reasons, {
    details: { columns: names, findings: findings.map(({ code, columns, evidence }) => ({ code, columns, evidence })) },
  });
}
