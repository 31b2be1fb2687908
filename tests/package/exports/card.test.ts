import { expect, test } from 'vitest';
import { exportCard } from '../../../engine/package/exports/card.ts';
import { ridersSource, textOf } from './riders-source.ts';

const control = { progress() {}, throwIfCanceled() {} };

test('the card of a version that was never evaluated, whose data are gone and of which nobody wrote says so', async () => {
  const files = await exportCard(ridersSource(), control);
  expect(files.map(({ path }) => path)).toEqual(['model-card.html', 'README.md']);
  const markdown = textOf(files, 'README.md');
  expect(markdown).toContain('trips\\@2, which was deleted since');
  expect(markdown).toContain('It was not judged by sensitive groups.');
  expect(markdown).toContain('No licence is stated for this model.');
  expect(markdown).toContain('Nobody has written of overview, intended use,');
  expect(markdown).toContain('| RMSE | 11.5 | – |');
  expect(markdown).not.toContain('undefined');
});
