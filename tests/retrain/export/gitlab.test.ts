import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { everyMonday, exported, fileOf, oddPipeline, ridershipPipeline, widePipeline } from './sample-pipelines.ts';

const whole = exported('gitlab', ridershipPipeline, { schedule: everyMonday });
const file = parse(fileOf(whole, '.gitlab-ci.yml'));

test('it starts by hand, by a schedule and by the API, not by a push', () => {
  expect(file.workflow.rules.map((rule: { if: string }) => rule.if)).toEqual(
    ['schedule', 'web', 'api', 'trigger'].map((origin) => `$CI_PIPELINE_SOURCE == "${origin}"`),
  );
  expect(whole.remarks.join()).toContain('`0 6 * * 1` and the time zone Europe/Berlin');
});

test('a step runs in the container and keeps its folder, which the steps after it get', () => {
  const rows = file['step rows'];
  expect(rows.image).toEqual({ name: '$GALLEY_IMAGE', entrypoint: [''] });
  expect(rows.variables).toEqual({ GIT_STRATEGY: 'empty', GALLEY_TASK: 'rows' });
  expect(rows.artifacts).toMatchObject({ when: 'always', paths: ['out/$GALLEY_TASK'] });
  expect(rows.script.at(-1)).toBe(
    'cd /project && galley retrain step galley/ridership_daily/pipeline.yaml --task "$GALLEY_TASK" --in "$CI_PROJECT_DIR/in" --out "$CI_PROJECT_DIR/out/$GALLEY_TASK"',
  );
  expect(file['step hold'].needs).toEqual(['build image', 'step rows']);
});

test('copies of a step are a matrix, with as many further attempts as GitLab has', () => {
  const fit = file['step fit'];
  expect(fit.parallel.matrix).toEqual([{ GALLEY_TASK: ['fit-linear', 'fit-trees'] }]);
  expect(fit).toMatchObject({ retry: 2, timeout: '40 minutes' });
  expect(fit.script.at(-1)).toContain('timeout --kill-after=30 1800 galley');
  expect(whole.remarks.join()).toContain('fit-linear, fit-trees');
});

test('a person is asked, a release comes of the default branch alone, and what follows it need not be there', () => {
  expect(file['step ask']).toMatchObject({ rules: [{ when: 'manual' }], allow_failure: false });
  expect(file['step release'].rules).toEqual([{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', when: 'on_success' }]);
  expect(file['step tell']).toMatchObject({
    rules: [{ when: 'always' }],
    needs: ['build image', 'step gate', { job: 'step release', optional: true }],
  });
  expect(file['roll out release'].rules[0].if).toContain('$GALLEY_MODEL_IMAGE');
  expect(file['comment paper'].rules[0]).toMatchObject({ when: 'always' });
});

test('no job has the name of a word of GitLab, whatever steps are called', () => {
  const odd = parse(fileOf(exported('gitlab', oddPipeline()), '.gitlab-ci.yml'));
  expect(Object.keys(odd)).toEqual([
    ...['stages', 'workflow', 'variables', 'build image', 'step import', 'step image', 'step pages', 'step default'],
    ...['step stages', 'step variables', 'comment variables'],
  ]);
  expect(JSON.stringify(odd)).not.toContain('rm -rf');
});

test('a matrix of more copies than GitLab takes becomes several jobs', () => {
  const large = JSON.parse(widePipeline);
  large.steps = [
    large.steps[0],
    { ...large.steps[1], matrix: { seed: Array.from({ length: 450 }, (_, seed) => seed) } },
    { name: 'paper', kind: 'report', of: 'fit', format: 'html', to: 'a.html' },
  ];
  const parts = parse(fileOf(exported('gitlab', JSON.stringify(large)), '.gitlab-ci.yml'));
  const names = ['step fit', 'step fit part 2', 'step fit part 3'];
  expect(parts['step paper'].needs).toEqual(['build image', ...names]);
  expect(names.flatMap((name) => parts[name].parallel.matrix[0].GALLEY_TASK)).toHaveLength(450);
});
