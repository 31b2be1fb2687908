import { dayMilliseconds, isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import { count } from '../../base/words.ts';
import type { ColumnProfile, DatasetVersion } from '../../contract/data.ts';
import type { RowWindow } from '../../contract/train.ts';
import type { StepOutcome } from '../step-states.ts';
import type { StepTools } from '../step-tools.ts';
import type { StoredPipeline } from '../store.ts';

/** The rows that a run trains on and judges by. */
export interface NewData {
  version: DatasetVersion;
  columns: string[];
  window: RowWindow | null;
  /** In words: `ridership@4, the 365 days to 2005-12-31`. */
  description: string;
}

/**
 * Takes the newest version of the pipeline's dataset, all rows or those of the last days.
 * @throws GalleyError `retrain.no_time_column`, `data.…`
 */
export async function takeData(
  { phases }: StepTools,
  pipeline: StoredPipeline,
): Promise<{ result: NewData; outcome: StepOutcome }> {
  const { version, profile } = await phases.data.handlers.show({ reference: pipeline.dataset });
  const columns = profile.map((column) => column.name);
  const name = `${version.dataset}@${version.version}`;
  if (pipeline.windowDays === null) {
    const description = `${name}, all ${count(version.rows, 'row')}`;
    return { result: { version, columns, window: null, description }, outcome: { summary: description } };
  }
  const newest = newestTime(version, profile);
  const window: RowWindow = { column: newest.column, from: isoTime(windowStart(newest, pipeline.windowDays)) };
  const description = `${name}, the ${pipeline.windowDays} days to ${isoTime(newest.time).slice(0, 10)}`;
  return { result: { version, columns, window, description }, outcome: { summary: description } };
}

interface NewestTime {
  column: string;
  isDate: boolean;
  /** UTC epoch milliseconds. */
  time: number;
}

function newestTime(version: DatasetVersion, profile: readonly ColumnProfile[]): NewestTime {
  const column = profile.find(({ name }) => name === version.timeColumn);
  const time = Date.parse(String(column?.maximum));
  if (column === undefined || Number.isNaN(time)) {
    throw noTimeColumn(version.dataset);
  }
  return { column: column.name, isDate: column.type === 'date', time };
}

/** So that the newest moment is the last one of the window: of one day the day itself, of times the 24 hours up to it. */
function windowStart({ time, isDate }: NewestTime, days: number): number {
  return time - days * dayMilliseconds + (isDate ? dayMilliseconds : 1);
}

/** The error of a window over a dataset that has no times. */
export function noTimeColumn(dataset: string): GalleyError {
  const message = `${dataset} has no time column with values, so its last days cannot be taken.`;
  return new GalleyError('retrain.no_time_column', message, { details: { dataset } });
}
