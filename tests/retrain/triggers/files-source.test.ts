import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesSource } from '../../../engine/retrain/triggers/sources/files-source.ts';
import { fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('files that are gone while they were written are waited for no more', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'incoming'));
  const clock = fixedClock(0);
  const source = filesSource({ clock, projectPath: folder, isTrusted: () => false });
  const trigger = { on: 'files', path: 'incoming' } as const;
  const handled = await source.first(trigger);
  writeFileSync(join(folder, 'incoming', 'a.csv'), '1');
  const look = () => source.look(trigger, handled, { id: 'pl_1', name: 'sales' } as never);
  expect(await look()).toBeUndefined();
  expect(source.isSettling).toBe(true);
  rmSync(join(folder, 'incoming'), { recursive: true });
  await expect(look()).rejects.toMatchObject({ code: 'retrain.unreadable_files' });
  clock.advance(10_000);
  expect(source.isSettling).toBe(false);
});
