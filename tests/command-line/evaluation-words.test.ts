import { expect, test } from 'vitest';
import { confusionLines, dependenceLines, reportLines } from '../../engine/command-line/evaluation-words.ts';
import { usualParts } from '../../engine/contract/train-evaluation.ts';
import { evaluateRun } from '../../engine/train/evaluation/evaluate-run.ts';
import { quietEvaluation, subjectOf } from '../support/evaluation-sample.ts';
import { everyFifth, frameOf, numberColumn, textColumn } from '../support/train-sample.ts';

const rows = Array.from({ length: 200 }, (_, row) => row);
const frame = frameOf(
  numberColumn(
    'x',
    rows.map((row) => (row * 37) % 101),
  ),
  numberColumn(
    'y',
    rows.map((row) => 2 * ((row * 37) % 101) + (row % 7)),
  ),
  textColumn(
    'big',
    rows.map((row) => (((row * 37) % 101) + (row % 23) > 60 ? 'yes' : 'no')),
  ),
);

async function wordsOf(target: string): Promise<string> {
  const subject = await subjectOf(frame, { target, features: ['x'], split: everyFifth });
  return reportLines(await evaluateRun(subject, { parts: usualParts }, quietEvaluation)).join('\n');
}

test('a classification tells of its confusion, thresholds, calibration, SHAP means and worst rows', async () => {
  const words = await wordsOf('big');
  expect(words).toMatch(/Rows by true class \(down\) and predicted class \(across\)\n\s+no\s+yes\nno\s+\d+\s+\d+\nyes/);
  expect(words).toMatch(/Labels go by the threshold 0\.5000; other rules would choose\n\s+threshold\s+precision/);
  expect(words).toMatch(/came true\nclass\s+expected error\s+largest error\nyes\s+0\.\d+/);
  expect(words).toMatch(/\(SHAP, log odds\)\nx\s+\d/);
  expect(words).toMatch(
    /furthest off.*\nrow\s+truth\s+predicted\s+loss\s+probability of the truth\n(\d+\s+(no|yes)\s+.*\n?){5}/,
  );
  expect(words).not.toContain('Residuals');
});

test('a regression tells of its residuals, and nothing of classes', async () => {
  const words = await wordsOf('y');
  expect(words).toMatch(/Residuals \(truth - prediction\) by prediction\n\s*from\s+to\s+rows\s+mean/);
  expect(words).not.toMatch(/threshold|true class/);
});

test('of many classes the most frequent confusions are listed, and how many more there are', () => {
  const classes = Array.from({ length: 12 }, (_, index) => `c${index}`);
  const confusion = classes.map((_, actual) => classes.map((_, predicted) => (predicted === 0 ? 100 - actual : 0)));
  const lines = confusionLines(classes, confusion);
  expect(lines.slice(2, 4)).toEqual(['truth  predicted  rows', 'c1     c0           99']);
  expect(lines.at(-1)).toBe('and 1 more: --json has all');
});

test('dependence tells times as times and missing as such', () => {
  const lines = dependenceLines({
    column: 'day',
    kind: 'time',
    class: 'yes',
    rows: 200,
    values: [0, null],
    mean: [0.25, 0.5],
    density: [1, 0],
    curves: [],
  });
  expect(lines[0]).toBe('Mean probability of yes of 200 rows when day is set to a value');
  expect(lines.slice(2).map((line) => line.split(/\s+/)[0])).toEqual(['1970-01-01', 'missing']);
});
