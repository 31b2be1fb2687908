import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { isLongWork, keeperOf, stayAwake } from '../../engine/command-line/stay-awake.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('each system has its own program, which ends with this process', () => {
  expect(keeperOf('darwin', 7)).toEqual({ program: 'caffeinate', args: ['-i', '-w', '7'] });
  expect(keeperOf('linux', 7)).toMatchObject({ program: 'systemd-inhibit' });
  expect(keeperOf('win32', 7)).toBeUndefined();
});

test('the program runs until it is let go', async () => {
  const file = join(temporaryFolder(), 'state');
  const script = `const { writeFileSync } = require('node:fs');
    process.stdin.resume().on('end', () => { writeFileSync(${JSON.stringify(file)}, 'asleep'); process.exit(); });
    process.on('SIGTERM', () => {});
    writeFileSync(${JSON.stringify(file)}, 'awake');`;
  const release = stayAwake({ program: process.execPath, args: ['-e', script] });
  await vi.waitFor(() => expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('awake'), 10_000);
  release();
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe('asleep'), 10_000);
});

test('a program that is not there is no failure', async () => {
  const release = stayAwake({ program: 'no-such-program-anywhere', args: [] });
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
});

test('only training keeps the computer awake', () => {
  expect(['train.run', 'train.sweep', 'train.reproduce'].every(isLongWork)).toBe(true);
  expect(isLongWork('data.import')).toBe(false);
});
