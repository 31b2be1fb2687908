import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { processEntry, processEnvironment } from '../../engine/base/entry.ts';
import type { ServingConfig } from '../../engine/contract/serving.ts';
import { changeByte } from '../support/change-byte.ts';
import { startEngine } from '../support/engine.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function openProject() {
  const project = join(temporaryFolder(), 'project');
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), project, { recursive: true });
  return startEngine(project);
}

/** Starts a server that stands alone, and answers how it ended; one that serves is ended at once. */
async function served(folder: string): Promise<{ code: number; said: string }> {
  const config: ServingConfig = { deployment: 'd', model: 'species', versions: [{ version: 1, folder }], active: 1 };
  const path = join(temporaryFolder(), 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const server = spawn(process.execPath, [fileURLToPath(processEntry('serving')), '--config', path], {
    env: processEnvironment() as NodeJS.ProcessEnv,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  server.stderr.once('data', (data) => {
    if (String(data).includes('answers at')) server.kill('SIGTERM');
  });
  const [said, [code]] = await Promise.all([text(server.stderr), once(server, 'exit')]);
  return { code, said };
}

test('a deployment does not start with a file of its version changed, and says which', async () => {
  const engine = await openProject();
  const reference = 'species@1';
  const { files } = await engine.call<{ files: { name: string; path: string }[] }>('deploy.modelFiles', { reference });
  await engine.call('deploy.start', { reference, name: 'whole' });
  await engine.call('deploy.stop', { deployment: 'whole' });
  for (const name of ['model.onnx', 'provenance.json']) {
    const path = files.find((file) => file.name === name)?.path ?? '';
    changeByte(path);
    const starting = engine.call('deploy.start', { reference, name: 'changed' });
    await expect(starting, name).rejects.toMatchObject({
      code: 'serving.model_tampered',
      message: expect.stringContaining(name),
    });
    changeByte(path);
  }
  await engine.call('deploy.start', { reference, name: 'changed' });
});

test('a server that stands alone does not start on an exported folder that was changed, and says which file it is', async () => {
  const engine = await openProject();
  const folder = join(temporaryFolder(), 'species');
  await engine.result('package.export', { reference: 'species@1', format: 'onnx', to: folder });
  expect((await served(folder)).code).toBe(0);
  changeByte(join(folder, 'golden.json'));
  const { code, said } = await served(folder);
  expect(code).toBe(5);
  expect(said).toContain('serving.model_tampered');
  expect(said).toContain(join(folder, 'golden.json'));
});
