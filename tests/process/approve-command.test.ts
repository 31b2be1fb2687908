import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { ErrorReport } from '../../engine/contract/errors.ts';
import type { retrainCalls } from '../../engine/contract/retrain.ts';
import { galley } from '../support/engine.ts';
import { salesProject } from '../support/sales-project.ts';
import { temporaryFolder } from '../support/temporary.ts';

const asking = `format: 1
pipeline: asking
steps:
  - { name: rows, kind: fetch, dataset: sales }
  - { name: fit, kind: train, data: rows, like: sales@champion, window: 100d }
  - { name: version, kind: register, run: fit, model: sales }
  - { name: contest, kind: compare, challengers: version }
  - { name: gate, kind: gate, comparison: contest }
  - { name: people, kind: approve, decision: gate }
  - { name: release, kind: deploy, decision: people }
`;

type Ran = OutputOf<typeof retrainCalls.run>;

test('who is asked refuses a challenger or lets it take over by a command, and is told what cannot be answered', async () => {
  const home = temporaryFolder();
  const project = await salesProject(home);
  const file = join(home, 'asking.yaml');
  writeFileSync(file, asking);
  const command = <Output>(...words: string[]) =>
    galley<Output>(['retrain', ...words, '--project', project, '--json'], { home });
  const refusal = async (...words: string[]) => {
    const { code, json } = await command<{ error: ErrorReport }>(...words);
    return { exit: code, code: json.error.code, message: json.error.message };
  };
  const asked = async () => {
    const { code, json } = await command<Ran>('run', 'asking');
    expect(code).toBe(0);
    expect(json.pipeline_run).toMatchObject({ status: 'paused', decision: null });
    return json.pipeline_run.id;
  };
  await command('add', file);

  const first = await asked();
  const { stdout } = await galley(['retrain', 'list', '--project', project], { home });
  expect(stdout).toContain(`people of ${first} waits for \`galley retrain approve ${first}\`.`);
  expect(await refusal('approve')).toMatchObject({ exit: 2, code: 'cli.usage' });
  expect(await refusal('approve', 'plr_0')).toMatchObject({ exit: 3, code: 'retrain.run_not_found' });
  expect(await refusal('approve', first, '--step', 'peple')).toMatchObject({
    exit: 3,
    code: 'retrain.unknown_step',
    message: 'Run 1 of asking waits for an answer to people, not to "peple".',
  });
  const refused = await command<Ran>('approve', first, '--refuse', '--reason', 'not before the audit');
  expect(refused.code).toBe(0);
  expect(refused.json.pipeline_run).toMatchObject({ id: first, status: 'succeeded', decision: { promoted: false } });
  expect(refused.json.pipeline_run.decision?.reason).toContain('not before the audit');

  const second = await asked();
  const approved = await galley(
    ['retrain', 'approve', second, '--step', 'people', '--reason', 'reads well', '--project', project],
    { home },
  );
  expect(approved).toMatchObject({ code: 0 });
  expect(approved.stdout).toMatch(/people +succeeded .*approved by .*: reads well/);
  expect(await refusal('approve', second)).toMatchObject({ exit: 4, code: 'retrain.nothing_to_approve' });
}, 240_000);
