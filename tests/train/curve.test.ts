import { expect, test } from 'vitest';
import { CurveRecorder } from '../../engine/train/curve.ts';
import { CurveBoard } from '../../engine/train/curve-board.ts';
import { differencesOf } from '../../engine/train/differences.ts';
import { beyond, differ, toleranceOf } from '../../engine/train/tolerance.ts';

test('a curve keeps some hundred points evenly, its first and its last', () => {
  const recorder = new CurveRecorder();
  for (let step = 1; step <= 5000; step++) recorder.add(step, { loss: 1 / step });
  const { points } = recorder;
  expect(points.length).toBeLessThanOrEqual(200);
  expect(points.length).toBeGreaterThan(90);
  expect(points[0]).toEqual({ step: 1, metrics: { loss: 1 } });
  expect(points.at(-1)?.step).toBe(5000);
  const gaps = new Set(points.slice(1, -1).map(({ step }, index) => step - (points[index]?.step ?? 0)));
  expect(gaps.size).toBe(1);
  recorder.add(5001, undefined);
  expect(recorder.points.at(-1)?.step).toBe(5000);
});

test('the curves of a running job can be read until it ends; a fit that begins anew is a new curve', () => {
  const board = new CurveBoard();
  const add = (done: number, loss: number) =>
    board.add('job_1', {
      learner: 'trees',
      trial: 2,
      fold: 0,
      points: [{ step: done, metrics: { loss } }],
      done,
      total: 10,
    });
  add(1, 0.9);
  add(2, 0.8);
  expect(board.curvesOf('job_1')[0]?.points.map(({ step }) => step)).toEqual([1, 2]);
  add(1, 0.7);
  expect(board.curvesOf('job_1')[0]?.points).toEqual([{ step: 1, metrics: { loss: 0.7 } }]);
  board.forget('job_1');
  expect(board.curvesOf('job_1')).toEqual([]);
});

test('runs of the same platform agree to the last bit, those of others within what is said', () => {
  const here = { galley: '1', node: 'v24', platform: 'linux-x64', libraries: { v8: '13', onnxruntime: '1.30' } };
  expect(toleranceOf(here, here, ['trees'])).toBe(0);
  expect(toleranceOf({ ...here, platform: 'darwin-arm64' }, here, ['trees'])).toBe(1e-9);
  expect(toleranceOf({ ...here, libraries: { ...here.libraries, v8: '12' } }, here, ['blend', 'network'])).toBe(1e-3);
  expect(differ(1, 1 + 1e-12, 0)).toBe(true);
  expect(differ(1, 1 + 1e-12, 1e-9)).toBe(false);
  expect(differ([1, 2], [1, 2.1], 1e-9)).toBe(true);
  expect(differ('a', 'a', 0)).toBe(false);
});

test('scores of a search are held to the tolerance of its trials, the run to its own', () => {
  const made = (change: number) => ({
    metrics: { log_loss: 0.5 + change },
    search: {
      trials: [{ number: 1, learner: 'network', scores: [0.5 + change, null] }],
      offers: [{ roles: ['best'], trials: [1], score: 0.5 + change }],
    },
  });
  const paths = (change: number, run: number, search: number) =>
    beyond({ run, search }, differencesOf([made(0), made(change)])).map(({ path }) => path);
  expect(paths(1e-6, 0, 0)).toEqual(['metrics.log_loss', 'search.offers', 'search.trials']);
  expect(paths(1e-6, 1e-9, 1e-3)).toEqual(['metrics.log_loss']);
  expect(paths(1e-6, 1e-3, 1e-9)).toEqual(['search.offers', 'search.trials']);
  expect(paths(1e-6, 1e-3, 1e-3)).toEqual([]);
  expect(differ([{ learner: 'trees' }], [{ learner: 'forest' }], 1)).toBe(true);
  expect(differ([{ scores: [1] }], [{ scores: [1, 2] }], 1)).toBe(true);
});
