import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { retrainCalls } from '../../engine/contract/retrain.ts';
import { startEngine } from '../support/engine.ts';
import { smallDisk } from '../support/small-disk.ts';

const file = (script: string) => `format: 1
pipeline: filling
steps:
  - { name: own, kind: run, command: [node, scripts/${script}.mjs], reads: [scripts], writes: [out.txt] }
  - { name: after, kind: run, files: own, command: [node, scripts/good.mjs], reads: [scripts], writes: [out.txt] }
`;
const scripts = {
  good: "import { writeFileSync } from 'node:fs';\nwriteFileSync('out.txt', 'well');\n",
  filling: `import { openSync, writeSync } from 'node:fs';
const file = openSync('out.txt', 'w');
const bytes = Buffer.alloc(4 << 20, 1);
for (;;) {
  writeSync(file, bytes);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
`,
};

test('a step that fills the disk is ended, nothing of it stays, and the project goes on', async (context) => {
  const disk = smallDisk(context, 420);
  const project = join(disk, 'project');
  const engine = await startEngine(project);
  mkdirSync(join(project, 'scripts'));
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(project, 'scripts', `${name}.mjs`), text);
  const room = () => statfsSync(disk).bavail * statfsSync(disk).bsize;
  const newest = async () => {
    const { runs } = await engine.call<OutputOf<typeof retrainCalls.list>>('retrain.list', {});
    const { pipeline_run } = await engine.call<OutputOf<typeof retrainCalls.show>>('retrain.show', {
      run: runs[0]?.id,
    });
    return pipeline_run;
  };

  await engine.call('retrain.addFile', { text: file('filling') });
  const before = room();
  await expect(engine.result('retrain.run', { pipeline: 'filling' })).rejects.toMatchObject({
    code: 'store.disk_full',
    message: expect.stringContaining('left on the disk'),
  });
  const failed = await newest();
  expect(failed).toMatchObject({ number: 1, status: 'failed' });
  expect(failed.steps.map(({ status }) => status)).toEqual(['failed', 'skipped']);
  expect(room()).toBeGreaterThan(before - 5_000_000);
  expect(await engine.call('project.verify', {})).toMatchObject({ ok: true, problems: [] });

  await engine.call('retrain.addFile', { text: file('good') });
  await engine.result('retrain.run', { pipeline: 'filling' });
  expect(await newest()).toMatchObject({ number: 2, status: 'succeeded' });
}, 120_000);
