import { type Cells, readCells, sampleFile } from './deployed-sample.ts';

export const penguinFile = sampleFile('penguins', 'penguins.csv');

/** The rows of the sample; `NA` there is a missing value. */
export const penguins: readonly Cells[] = readCells(penguinFile).map((cells) =>
  Object.fromEntries(Object.entries(cells).map(([column, cell]) => [column, cell === 'NA' ? '' : cell])),
);
