import { features, target } from '../../engine/retrain/demo/ridership.ts';
import { type Cells, readCells, sampleFile } from './deployed-sample.ts';

/** Weather, and two stations two weeks before. */
export const ridershipInputs = features.filter((feature) => feature !== 'date:weekday');

/** How the demo trains, with ridge regression held. */
export const ridershipTraining = {
  target,
  features,
  split: { kind: 'every-nth' as const, every: 5 },
  params: { alpha: 1 },
};

export const ridershipFile = (year: number): string => sampleFile('chicago_ridership', `chicago-${year}.csv`);

export const daysOf = (year: number): Cells[] => readCells(ridershipFile(year));

/** The row's id and event time. */
export const dateOf = (day: Cells): string => day.date as string;

/** What came true. */
export const ridersOf = (day: Cells): number => Number(day.ridership);
