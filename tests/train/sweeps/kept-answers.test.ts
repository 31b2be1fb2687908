import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeptAnswers } from '../../../engine/train/sweeps/kept-answers.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('answers of a trial on all folds are there again for a search that goes on', () => {
  const folder = join(temporaryFolder(), 'answers');
  const before = new KeptAnswers(folder);
  before.add(3, 1, Float32Array.of(0.5, 0.25));
  before.add(3, 0, Float32Array.of(1, 0));
  before.add(4, 0, Float32Array.of(0, 1));
  // What a crash left of a file that was being written.
  writeFileSync(join(folder, '5-0.f32.tmp'), 'half');
  const after = new KeptAnswers(folder);
  for (const kept of [before, after]) {
    expect(kept.of(3, 2)).toEqual([Float32Array.of(1, 0), Float32Array.of(0.5, 0.25)]);
    expect(kept.of(4, 2), 'its second fold is missing').toBeUndefined();
    expect(kept.of(5, 1)).toBeUndefined();
  }
  after.add(4, 1, Float32Array.of(0.75, 0.25));
  after.retain(new Set([4]));
  expect(after.of(3, 2)).toBeUndefined();
  expect(new KeptAnswers(folder).of(4, 2)).toEqual([Float32Array.of(0, 1), Float32Array.of(0.75, 0.25)]);
  expect(readdirSync(folder).filter((name) => name.startsWith('3-'))).toEqual([]);
});
