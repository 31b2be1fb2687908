import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { App } from '../../engine/app.ts';
import { openAccess } from '../../engine/command-line/access.ts';
import { EngineServer } from '../../engine/server.ts';
import { writeEngineFile } from '../../engine/store/engine-file.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function openProject() {
  const projectPath = join(temporaryFolder(), 'project');
  const app = await App.open({ projectPath, create: true });
  onTestFinished(() => app.close());
  const messages: string[] = [];
  const options = {
    projectPath,
    needsRunningEngine: false,
    onMessage: (message: string) => messages.push(message),
    onProgress: () => {},
    signal: new AbortController().signal,
  };
  const serve = async () => {
    const server = await EngineServer.listen({ app, rendererFolder: join(projectPath, 'none'), port: 0 });
    const { port, token } = server;
    writeEngineFile(projectPath, { pid: process.pid, startedAt: '2026-01-01T00:00:00.000Z', port, token });
    return server;
  };
  return { app, options, messages, serve };
}

test('an engine that comes up while a command waits for the project answers it', async () => {
  const { app, options, messages, serve } = await openProject();
  const opening = openAccess(options);
  await expect.poll(() => messages).toHaveLength(1);
  const server = await serve();
  onTestFinished(() => server.close());
  const access = await opening;
  expect(await access.call('project.show', {})).toMatchObject({ project: { id: app.context.project.id } });
  expect(messages).toHaveLength(1);
});

test('an engine that goes away is told as such, not as a bug', async () => {
  const { options, serve } = await openProject();
  const server = await serve();
  const access = await openAccess(options);
  await server.close();
  await expect(access.call('project.show', {})).rejects.toMatchObject({ code: 'store.engine_silent' });
});
