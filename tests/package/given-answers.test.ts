import { describe, expect, it } from 'vitest';
import type { AdoptedMapping } from '../../engine/contract/adopted-mapping.ts';
import { adoptedModel } from '../../engine/package/adopted/adopted-model.ts';
import { compareGiven } from '../../engine/package/adopted/given-answers.ts';
import { readForeignModel } from '../../engine/package/adopted/read-foreign-model.ts';
import { requireMapping, resolveMapping } from '../../engine/package/adopted/resolve-mapping.ts';
import { rawRows } from '../../engine/train/raw-rows.ts';
import { fixtureAnswers, fixtureFrame, fixturePath } from '../support/adopted-fixtures.ts';

/** A model of a fixture, and the rows that its library answered. */
async function adopted(
  name: string,
  target: string,
  { threshold, chosen = {} }: { threshold?: number; chosen?: Partial<AdoptedMapping> } = {},
) {
  const frame = fixtureFrame(name);
  const taken = readForeignModel(fixturePath(name));
  const mapping = requireMapping(await resolveMapping(taken, frame, target, chosen, async () => {}));
  const all = Int32Array.from({ length: frame.rows }, (_, row) => row);
  const columns = frame.columns.filter((column) => column.name !== target);
  const rows = rawRows(frame, columns, all).map((values) =>
    Object.fromEntries(columns.map((column, place) => [column.name, values[place]])),
  );
  return { model: adoptedModel(taken, mapping, frame, target, all, threshold), columns, rows };
}

describe('the labels that a model gave where it was made', () => {
  const { labels = [], outputs } = fixtureAnswers('keras-sigmoid');

  it('are those of the usual threshold, whatever threshold it gets here', async () => {
    expect(outputs.some(([, yes = 0]) => yes >= 0.3 && yes < 0.5)).toBe(true);
    const { model, columns, rows } = await adopted('keras-sigmoid', 'left', { threshold: 0.3 });
    expect(compareGiven(model, columns, { rows, labels }).rows).toBe(rows.length);
  });

  it('may be those of its threshold here', async () => {
    const { model, columns, rows } = await adopted('keras-sigmoid', 'left', { threshold: 0.3 });
    const ofThreshold = outputs.map(([, yes = 0]) => (yes >= 0.3 ? 'yes' : 'no'));
    expect(compareGiven(model, columns, { rows, labels: ofThreshold }).rows).toBe(rows.length);
    const sure = outputs.findIndex(([, yes = 0]) => yes < 0.25);
    expect(sure).toBeGreaterThanOrEqual(0);
    const wrong = ofThreshold.with(sure, 'yes');
    expect(() => compareGiven(model, columns, { rows, labels: wrong })).toThrow(/1 of \d+ given rows/);
  });

  it('are not taken where none is said here', async () => {
    const { model, columns, rows } = await adopted('sklearn-labels', 'kind');
    const { output } = model.foreign;
    const others = { ...model, foreign: { ...model.foreign, output: { ...output, labels: ['ant', 'bee', 'cat'] } } };
    expect(() => compareGiven(others, columns, { rows, labels: rows.map(() => 'rose') })).toThrow(
      expect.objectContaining({ code: 'package.answers_differ' }),
    );
  });
});
