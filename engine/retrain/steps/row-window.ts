import { dayMilliseconds, isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { ColumnProfile, DatasetVersion } from '../../contract/data.ts';
import type { RowWindow } from '../../contract/train.ts';

interface NewestTime {
  column: string;
  isDate: boolean;
  /** UTC epoch milliseconds. */
  time: number;
}

/**
 * The newest rows of a dataset by its time column, so that the newest moment is the last one of the window: of one day the
 * day itself, of times the 24 hours up to it.
 * @param milliseconds how long the window is
 * @throws GalleyError `retrain.no_time_column`
 */
export function newestWindow(
  { version, profile }: { version: DatasetVersion; profile: readonly ColumnProfile[] },
  milliseconds: number,
): RowWindow {
  const { column, isDate, time } = newestTime(version, profile);
  return { column, from: isoTime(time - milliseconds + (isDate ? dayMilliseconds : 1)) };
}

function newestTime(version: DatasetVersion, profile: readonly ColumnProfile[]): NewestTime {
  const column = profile.find(({ name }) => name === version.timeColumn);
  const time = Date.parse(String(column?.maximum));
  if (column === undefined || Number.isNaN(time)) throw noTimeColumn(version.dataset);
  return { column: column.name, isDate: column.type === 'date', time };
}

/** The error of a window over a dataset that has no times. */
export function noTimeColumn(dataset: string): GalleyError {
  const message = `${dataset} has no time column with values, so its last days cannot be taken.`;
  return new GalleyError('retrain.no_time_column', message, { details: { dataset } });
}
