import { expect, test } from 'vitest';
import { LoadedVersions } from '../../engine/serving/loaded-versions.ts';
import { modelFolder } from './running-server.ts';

test('a version that is being loaded when the server ends is waited for, and its thread ended', async () => {
  const loading = { batch: () => ({ rows: 8 }), observe: () => {}, longest: { row: 0, batch: 0 } };
  const versions = new LoadedVersions([{ version: 1, folder: modelFolder('riders-1') }], loading);
  let isLoaded = false;
  void versions.want(new Set([1]), [], () => {
    isLoaded = true;
  });
  await versions.stop();
  expect(isLoaded).toBe(true);
  const answer = versions.get(1)?.batcher.add([[20, 1, false, 'red', '2004-02-29']]);
  await expect(answer).rejects.toMatchObject({ code: 'serving.stopping' });
});
