import { expect, test } from 'vitest';
import { selectRows, selectValues } from '../../../engine/base/frame.ts';
import { seededRandom, shuffle } from '../../../engine/base/random.ts';
import { withColumn } from '../../../engine/train/evaluation/raw-frame.ts';
import { shuffledAnswers } from '../../../engine/train/evaluation/shuffled-answers.ts';
import { inputColumns } from '../../../engine/train/evaluation/subject.ts';
import { answerRows } from '../../../engine/train/model.ts';
import { subjectOf } from '../../support/evaluation-sample.ts';
import { referenceTypes, sampleFrame, sampleReference } from '../../support/sample-frames.ts';

const reference = sampleReference('penguins');
const frame = sampleFrame('penguins', 'penguins.csv', referenceTypes(reference));
const features = [...reference.numeric, ...reference.categorical];

test.each(['linear', 'trees', 'forest'])(
  '%s answers to a shuffled column what it answers to the shuffled rows',
  async (learner) => {
    const [first = '', second = ''] = reference.numeric;
    const interactions = [[first, second] as const];
    const { model, holdout } = await subjectOf(frame, { target: 'species', features, interactions }, learner);
    const rows = selectRows(
      holdout.frame,
      Array.from({ length: 40 }, (_, row) => row),
    );
    const answers = shuffledAnswers(model, rows);
    const order = shuffle([...Array(40).keys()], seededRandom(3));
    for (const name of inputColumns(model)) {
      const column = rows.columns.find((one) => one.name === name) as (typeof rows.columns)[number];
      expect(answers(column, order), name).toEqual(answerRows(model, withColumn(rows, selectValues(column, order))));
    }
  },
);
