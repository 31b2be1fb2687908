import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { EngineContext } from '../../../engine/jobs/context.ts';
import { StepLogs } from '../../../engine/retrain/execution/step-logs.ts';
import { fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function logsIn(path: string): StepLogs {
  return new StepLogs({ project: { path }, clock: fixedClock() } as unknown as EngineContext);
}

const said = (logs: StepLogs) => logs.read('plr_1', 3).lines.map((line) => line.slice(line.indexOf(' ') + 1));

test('a line is there as soon as it is said, behind those of before; after the end nothing is heard', () => {
  const logs = logsIn(temporaryFolder());
  expect(said(logs)).toEqual([]);
  const first = logs.open('plr_1', 3);
  first.add('one');
  expect(said(logs)).toEqual(['one']);
  first.close();
  first.add('too late');
  const second = logs.open('plr_1', 3);
  second.add('größer');
  second.add('three');
  second.close();
  expect(said(logs)).toEqual(['one', 'größer', 'three']);
});

test('a log does not grow without end, and of its end are the last lines shown', () => {
  const logs = logsIn(temporaryFolder());
  const log = logs.open('plr_1', 3);
  const line = 'x'.repeat(100_000);
  for (let count = 0; count < 60; count++) log.add(line);
  log.close();
  const { lines, truncated } = logs.read('plr_1', 3);
  expect(truncated).toBe(true);
  expect(lines.at(-1)?.endsWith(line)).toBe(true);
  const again = logs.open('plr_1', 3);
  again.add('no more');
  again.close();
  expect(said(logs).at(-1)).toBe(line);
});

test('a log that cannot be written stops no step', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'logs'), 'a file where a folder is wanted');
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  const log = logsIn(folder).open('plr_1', 3);
  log.add('one');
  log.add('two');
  log.close();
  expect(error).toHaveBeenCalledOnce();
});
