import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Two hundred rows in which `wild` is now and then infinite, or a number that float32 does not hold. */
function wildText(): string {
  const wild = ['inf', '-inf', '1e308', '-1e308'];
  const lines = Array.from({ length: 200 }, (_, row) => {
    const value = row % 9 === 0 ? wild[(row / 9) % wild.length] : Math.sin(row).toFixed(3);
    return `${value},${row % 13},${row % 13 > 6 !== (row % 7 === 0) ? 'yes' : 'no'}`;
  });
  return `wild,x,y\n${lines.join('\n')}\n`;
}

test('infinite numbers and those beyond float32 count as missing from training to explanation', async () => {
  const engine = await startEngine(join(temporaryFolder(), 'project'));
  await engine.result('data.addText', { name: 'wild', text: wildText(), fileName: 'wild.csv' });
  const { runs, warnings } = await engine.result<{ runs: { id: string }[]; warnings: { code: string }[] }>(
    'train.run',
    {
      reference: 'wild',
      target: 'y',
      learners: ['linear', 'trees', 'forest', 'network'],
    },
  );
  expect(runs).toHaveLength(4);
  expect(warnings.map(({ code }) => code)).toContain('train.infinite_values');
  const explained = await engine.result<{ explanations: unknown[] }>('train.explain', {
    run: runs[1]?.id,
    rows: [0, 9, 18],
  });
  expect(explained.explanations).toHaveLength(3);
});
