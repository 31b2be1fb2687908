import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PreparedReference } from '../../statistics/profile/reference-profile.ts';
import { WindowSketch } from '../../statistics/profile/window-sketch.ts';
import { isFiner, type ProfileUnit, profileUnits, spanStart } from '../../statistics/profile/window-time.ts';
import { type PreparedRow, type ProfileStore, preparedRow, type WindowOwner } from './profile-store.ts';

/** Windows that are joined and encoded in one turn of the event loop. */
const windowsPerTurn = 20;

/**
 * The windows of an owner as they are once some more are added: by hour where they are by hour, by day where they are no longer,
 * and by month, so that each unit has all rows that it can have. What is stored may not change until they are put.
 */
export async function rolledUp(
  store: ProfileStore,
  owner: WindowOwner,
  reference: PreparedReference,
  windows: readonly WindowSketch[],
): Promise<PreparedRow[]> {
  const rows: PreparedRow[] = [];
  for (const unit of profileUnits) {
    const joined = joinedBy(unit, windows, reference);
    for (const window of joined.values()) {
      const before = store.window(owner, unit, window.start, reference);
      if (before) window.merge(before);
      rows.push(preparedRow(window));
      if (rows.length % windowsPerTurn === 0) await nextTurn();
    }
  }
  return rows;
}

/** The windows of a unit that some are part of, by start; finer ones than the unit of a window there are none of. */
function joinedBy(
  unit: ProfileUnit,
  windows: readonly WindowSketch[],
  reference: PreparedReference,
): Map<number, WindowSketch> {
  const joined = new Map<number, WindowSketch>();
  for (const window of windows) {
    if (window.rows === 0 || isFiner(unit, window.unit)) continue;
    const start = spanStart(unit, window.start);
    const known = joined.get(start) ?? new WindowSketch(reference, unit, start);
    known.merge(window);
    joined.set(start, known);
  }
  return joined;
}
