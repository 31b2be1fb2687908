import { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { makeGoldenSet } from '../../engine/package/golden-set.ts';
import { buildGraph } from '../../engine/package/graph.ts';
import { checkParity } from '../../engine/package/parity.ts';
import { signatureOf } from '../../engine/package/signature.ts';
import { type BlendMember, fitLearner } from '../../engine/train/fit.ts';
import { learners } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { answerRows, isBlend, modelState, restoreModel } from '../../engine/train/model.ts';
import { rawRows } from '../../engine/train/raw-rows.ts';
import { prepareTraining } from '../support/prepare-training.ts';
import {
  everyFifth,
  frameOf,
  numberColumn,
  quietControl,
  textColumn,
  timeColumn,
  trainOn,
} from '../support/train-sample.ts';

const rows = 120;
const frame = frameOf(
  numberColumn(
    'size',
    Array.from({ length: rows }, (_, row) => (row % 17 === 0 ? Number.NaN : Math.sin(row) * 10)),
  ),
  numberColumn(
    'open',
    Array.from({ length: rows }, (_, row) => row % 2),
    'boolean',
  ),
  textColumn(
    'kind',
    Array.from({ length: rows }, (_, row) => ['a', 'b', 'c', null][row % 4] as string | null),
  ),
  timeColumn(
    'day',
    'date',
    Array.from({ length: rows }, (_, row) => new Date(row * 86_400_000 * 5).toISOString().slice(0, 10)),
  ),
  numberColumn(
    'price',
    Array.from({ length: rows }, (_, row) => Math.sin(row) * 30 + (row % 4) * 5 + (row % 2)),
  ),
  textColumn(
    'sold',
    Array.from({ length: rows }, (_, row) => (Math.sin(row) + (row % 4) / 4 > 0.4 ? 'yes' : 'no')),
  ),
);

/** One of every learner, each with its defaults. */
function membersOf(): BlendMember[] {
  return learners.map((learner, index) => {
    const [parameters = {}] = resolveParameters([learner]);
    return { learner: learner.name, parameters, weight: (2 * (index + 1)) / (learners.length * (learners.length + 1)) };
  });
}

test.each(['price', 'sold'])('a blend for %s is the weighted mean of its members, in one file', async (target) => {
  const layouts = [...new Set(learners.map(({ layout }) => layout))];
  const request = {
    target,
    exclude: [target === 'price' ? 'sold' : 'price'],
    split: everyFifth,
    window: null,
    keyColumns: [],
  };
  const prepared = prepareTraining(frame, request, layouts);
  const members = membersOf();
  const order = { target, learner: 'blend', parameters: {}, members, seed: 0 };
  const { model, fits } = await fitLearner(prepared, order, quietControl);
  if (!isBlend(model)) throw new Error('that is no blend');

  expect(fits.map(({ learner }) => learner)).toEqual(learners.map(({ name }) => name));
  const alone = await Promise.all(
    members.map(({ learner, parameters }) => trainOn(frame, request, learner, parameters)),
  );
  const expected = answerRows(alone[0]?.model ?? model, frame).values.map((_, place) =>
    alone.reduce((sum, one, index) => {
      return sum + (members[index]?.weight ?? 0) * (answerRows(one.model, frame).values[place] as number);
    }, 0),
  );
  const answers = answerRows(model, frame).values;
  for (const [place, value] of answers.entries()) expect(value).toBeCloseTo(expected[place] as number, 4);

  const examples = rawRows(
    frame,
    model.features.map(({ name }) => frame.columns.find((column) => column.name === name) ?? { name, type: 'text' }),
    [0, 1, 2, 3, 17],
  );
  const signature = signatureOf(model, examples);
  const onnx = buildGraph(model, signature, { galleyVersion: '0', recipeHash: 'r', datasetIdentity: 'd' });
  const { inputNames } = await InferenceSession.create(onnx);
  expect([...inputNames].sort()).toEqual(['day', 'kind', 'open', 'size']);
  const parity = await checkParity(onnx, signature, makeGoldenSet(model, signature, examples));
  expect(parity.max_abs_diff).toBeLessThan(1e-5);
  const again = restoreModel(JSON.parse(JSON.stringify(modelState(model))));
  expect(answerRows(again, frame)).toEqual(answerRows(model, frame));
});
