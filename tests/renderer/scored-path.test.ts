import { expect, test } from 'vitest';
import { scoredPath } from '../../renderer/package/scored-path.ts';

test.each([
  ['/home/ada/new.csv', undefined, '/home/ada/new.predictions.csv'],
  ['/home/ada/new.data.PARQUET', undefined, '/home/ada/new.data.predictions.parquet'],
  ['C:\\Data\\new.txt', undefined, 'C:\\Data\\new.predictions.csv'],
  ['new.csv', '/home/ada', '/home/ada/new.predictions.csv'],
  ['new.csv', 'C:\\Data', 'C:\\Data\\new.predictions.csv'],
  ['/home/ada/new', undefined, '/home/ada/new.predictions.csv'],
])('the answers to %s (folder %s) go to %s', (file, folder, path) => {
  expect(scoredPath(file, folder)).toBe(path);
});
