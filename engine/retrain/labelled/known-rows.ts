import { dayMilliseconds } from '../../base/clock.ts';
import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { trainingPositions } from '../../package/index.ts';
import { rowUnits } from '../../train/index.ts';
import { type CompareInput, type Contender, readFrames } from '../judged-rows.ts';

/**
 * Requests that one of the models was, or may have been, trained on: their inputs are those of a row that it was trained on.
 * Where the datasets of both say when their rows were, requests from after the last of these are known to none, also where
 * they look like earlier ones.
 * @param requests the inputs of a model
 * @param times of the requests, UTC epoch milliseconds
 * @returns one a request
 */
export async function knownRows(
  { champion, challenger }: Pick<CompareInput, 'champion' | 'challenger'>,
  requests: Frame,
  times: Float64Array,
  job: JobContext,
): Promise<boolean[]> {
  const [challengerFrame, championFrame] = await readFrames(challenger, champion, job);
  const sides = [
    { contender: challenger, frame: challengerFrame },
    { contender: champion, frame: championFrame },
  ].map(({ contender, frame }) => ({ contender, frame, rows: trainingPositions({ ...contender, frame }) }));
  const last = Math.max(...sides.map(lastTime));
  const looksLike = sides.map(({ frame, rows }) => lookalikes(requests, frame, rows));
  return Array.from(times, (time, row) => time <= last && looksLike.some((isKnown) => isKnown[row]));
}

interface Trained {
  contender: Contender;
  frame: Frame;
  /** Positions of the rows that were trained on. */
  rows: Int32Array;
}

/** UTC epoch milliseconds; infinite where the dataset does not say when its rows were. */
function lastTime({ contender, frame, rows }: Trained): number {
  const { timeColumn } = contender.dataset;
  const column = timeColumn === null ? undefined : findColumn(frame, timeColumn);
  if (column?.kind !== 'time') return Number.POSITIVE_INFINITY;
  const end = column.type === 'date' ? dayMilliseconds - 1 : 0;
  return rows.reduce((most, row) => {
    const time = column.values[row] as number;
    return Number.isNaN(time) ? most : Math.max(most, time + end);
  }, Number.NEGATIVE_INFINITY);
}

function lookalikes(requests: Frame, trained: Frame, rows: Int32Array): boolean[] {
  const names = requests.columns.filter(({ name, kind }) => findColumn(trained, name)?.kind === kind);
  const shared = names.map(({ name }) => name);
  if (shared.length === 0) return new Array<boolean>(requests.rows).fill(false);
  const unitsOf = (frame: Frame) => rowUnits(inOrder(frame, shared), { keyColumns: shared });
  const units = unitsOf(trained);
  const known = new Set(Array.from(rows, (row) => units[row] as number));
  return Array.from(unitsOf(requests), (unit) => known.has(unit));
}

/** A hash of a row depends on the order of its columns. */
function inOrder(frame: Frame, names: readonly string[]): Frame {
  return { rows: frame.rows, columns: names.map((name) => findColumn(frame, name) as FrameColumn) };
}
