import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { previewApart } from '../../engine/data/cleaning/preview-apart.ts';
import { RecipeInputs } from '../../engine/data/cleaning/recipe-inputs.ts';
import { DataStore } from '../../engine/data/store.ts';
import { dataProject } from '../support/data-project.ts';
import { startEngine } from '../support/engine.ts';
import { needsPlatform } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Ten billion steps a row, so that one vector of rows takes longer than anybody waits. */
const slow = 'levenshtein(repeat(repeat(word, 1000), 20), repeat(repeat(word, 1000), 21))';

const recipe = {
  format: 1 as const,
  from: 'words',
  to: 'far',
  onNewVersion: 'ask' as const,
  steps: [{ kind: 'derive' as const, column: 'far', sql: slow }],
};

function words(): string {
  const path = join(temporaryFolder(), 'words.csv');
  const rows = Array.from({ length: 3000 }, (_, index) => `${index},word${index % 97}`);
  writeFileSync(path, `id,word\n${rows.join('\n')}\n`);
  return path;
}

/** Processes that another one started and that still run. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        return Number(parent) === pid && state !== 'Z' ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
}

test('SQL that never ends keeps nobody waiting, and ends with its caller', async (context) => {
  needsPlatform(context, 'linux');
  const engine = await startEngine(join(temporaryFolder(), 'project'));
  await engine.result('data.add', { name: 'words', files: [words()] });
  await engine.call('data.trust', {});
  const leave = new AbortController();
  const calls = [
    ...Array.from({ length: 4 }, () => engine.call('data.previewRecipe', { recipe }, leave.signal)),
    ...Array.from({ length: 4 }, (_, row) =>
      engine.call('data.rows', { reference: 'words', where: `${slow} > ${row}`, limit: 5, offset: 0 }, leave.signal),
    ),
  ];
  const outcomes = Promise.allSettled(calls);
  await expect.poll(() => childrenOf(engine.pid).length, { timeout: 30_000 }).toBe(8);
  const page = { reference: 'words', offset: 0, limit: 2, sort: [{ column: 'word', descending: false }] };
  expect(await engine.call('data.rows', page)).toMatchObject({ total: 3000 });
  expect(await engine.call('project.verify', {})).toMatchObject({ ok: true });
  leave.abort();
  expect((await outcomes).map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
  await expect.poll(() => childrenOf(engine.pid), { timeout: 30_000 }).toEqual([]);
});

test('a preview of SQL that never ends says so after its time', async () => {
  const project = dataProject('processes');
  await project.add({ name: 'words', files: [words()] });
  const inputs = new RecipeInputs(new DataStore(project.context.database), recipe);
  await expect(previewApart(project.context, inputs, recipe, { milliseconds: 200 })).rejects.toMatchObject({
    code: 'data.slow_preview',
    message: 'The preview took longer than 0.2 seconds.',
  });
});
