import { expect, test } from 'vitest';
import { seededRandom } from '../../../engine/base/random.ts';
import type { RunArtifact } from '../../../engine/contract/retrain-artifacts.ts';
import { trainCalls } from '../../../engine/contract/train.ts';
import { openApp } from '../open-app.ts';
import { addRows, logOf, runSteps } from './run-steps.ts';

/** y follows x; where the region is south, with more noise. */
function sales(rows: number): string {
  const random = seededRandom(3);
  const lines = Array.from({ length: rows }, (_, index) => {
    const x = random() * 10;
    const region = index % 3 === 0 ? 'south' : 'north';
    const day = new Date(index * 86_400_000).toISOString().slice(0, 10);
    return `${day},${x},${region},${2 * x + random() * (region === 'south' ? 8 : 1)}`;
  });
  return `day,x,region,y\n${lines.join('\n')}\n`;
}

const searched = (trials: number) => `
  - { name: rows, kind: fetch, dataset: sales }
  - { name: held, kind: split, data: rows, split: { kind: every-nth, every: 4 } }
  - name: search
    kind: sweep
    data: rows
    split: held
    target: y
    learners: [linear, baseline]
    features: [x]
    trials: ${trials}
    window: 160d
    seed: 5
  - { name: judged, kind: evaluate, run: search, slices: [region], sensitive: [region] }
  - { name: good, kind: register, run: search, model: sales, when: judged.r2 > 0.5 and judged.worst_mae < 4 }
  - { name: bad, kind: register, run: search, model: other, when: judged.r2_low > 0.999 }
`;

test('sweep searches within a window and a split, and evaluate gives figures that conditions can ask', async () => {
  const engine = await openApp();
  await addRows(engine, 'sales', sales(200), 'day');
  const ran = await runSteps(engine, searched(4));
  const [search, judged] = [ran.step('search'), ran.step('judged')];
  expect(search).toMatchObject({ status: 'succeeded', facts: { learner: 'linear', trials: 4, rows: 120 } });
  expect(search.summary).toMatch(/^run \d: linear on 120 rows, R² 0\.\d+ on its holdout, the best of 4 trials$/);
  const { recipe } = await engine.call(trainCalls.show, { run: (search.output as RunArtifact).run });
  expect(recipe).toMatchObject({ seed: 5, split: { kind: 'every-nth', every: 4 }, window: { column: 'day' } });

  expect(judged).toMatchObject({ status: 'succeeded', output: { type: 'evaluation' } });
  const { facts } = judged;
  expect(facts.r2).toBeCloseTo(search.facts.r2 as number, 10);
  expect(facts.r2_low as number).toBeLessThan(facts.r2 as number);
  expect(facts.r2_high as number).toBeGreaterThan(facts.r2 as number);
  const { figures } = judged.output as { figures: Record<string, number> };
  expect(facts.worst_mae).toBe(Math.max(figures['mae of region = south'] ?? 0, figures['mae of region = north'] ?? 0));
  expect(facts.mae_difference as number).toBeGreaterThan(0);
  expect(await logOf(engine, ran, 'judged')).toContainEqual(expect.stringMatching(/^R² 0\.\d+ \(95 % interval /));
  expect(ran.step('good').status).toBe('succeeded');
  expect(ran.step('bad')).toMatchObject({ status: 'skipped', because: 'judged.r2_low > 0.999 does not hold' });

  const again = await runSteps(engine, searched(4));
  expect([again.step('search').cached, again.step('judged').cached]).toEqual([true, true]);
  expect((await runSteps(engine, searched(5))).step('search')).toMatchObject({
    cached: false,
    because: 'what it is told changed since run 2',
  });
}, 120_000);
