import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SweepState } from '../../../engine/contract/train-sweeps.ts';
import { AnswerFolders } from '../../../engine/train/sweeps/answer-folders.ts';
import type { StoredSweep } from '../../../engine/train/sweeps/store.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** @param sweeps when each ended. */
function openFolders(sweeps: Record<string, [SweepState, number | null]>) {
  const folder = join(temporaryFolder(), 'searches');
  const find = (id: string) => {
    const [state, finishedAt] = sweeps[id] ?? [];
    return state && ({ id, state, finishedAt } as StoredSweep);
  };
  const folders = new AnswerFolders(folder, { find });
  for (const id of [...Object.keys(sweeps), 'gone']) {
    mkdirSync(folders.place(id), { recursive: true });
    writeFileSync(join(folders.place(id), '1-0.f32'), new Float32Array(25));
  }
  return { folders, names: () => readdirSync(folder).sort() };
}

test('what searches kept goes with them, and with the garbage where they do not run', () => {
  const { folders, names } = openFolders({
    paused: ['paused', 100],
    canceled: ['canceled', 300],
    running: ['running', null],
    failed: ['failed', 100],
    done: ['succeeded', 100],
  });
  folders.removeLeftovers();
  expect(names()).toEqual(['canceled', 'paused', 'running']);
  expect(folders.purge({ dryRun: true })).toBe(200);
  expect(folders.purge({ before: 200, dryRun: false })).toBe(100);
  expect(names()).toEqual(['canceled', 'running']);
  expect(folders.purge({ dryRun: false })).toBe(100);
  expect(names()).toEqual(['running']);
});

test('where nothing was kept nothing is removed', () => {
  const folders = new AnswerFolders(join(temporaryFolder(), 'none'), { find: () => undefined });
  folders.removeLeftovers();
  expect(folders.purge({ dryRun: false })).toBe(0);
  expect(folders.remove('swp_1')).toBe(0);
});
