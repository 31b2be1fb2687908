import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineExportFormats } from '../../../engine/contract/retrain-export.ts';
import { exported, fileOf, ridershipPipeline } from './sample-pipelines.ts';

const filesOf = (format: (typeof pipelineExportFormats)[number]) =>
  exported(format, ridershipPipeline, { oidc: true }).files;

test.each(pipelineExportFormats)(
  'without kept keys no file of %s names them, and the README says who gives the token',
  (format) => {
    const files = filesOf(format);
    for (const { content } of files) expect(content).not.toMatch(/GALLEY_REMOTE_(ACCESS_KEY|SECRET)/);
    const readme = files.find(({ path }) => path.endsWith('README.md'))?.content;
    expect(readme).toContain('`GALLEY_REMOTE_ROLE` is the ARN of a role');
    const withKeys = exported(format, ridershipPipeline).files.map(({ content }) => content);
    expect(withKeys.some((content) => content.includes('GALLEY_REMOTE_SECRET'))).toBe(true);
  },
);

test('jobs of GitHub that run a step may ask for a token, and the container is told where', () => {
  const { jobs } = parse(
    fileOf(exported('github', ridershipPipeline, { oidc: true }), '.github/workflows/galley-ridership_daily.yml'),
  );
  const { image, comment_paper, rollout_release, ...steps } = jobs;
  for (const job of [image, comment_paper, rollout_release]) expect(job.permissions).not.toHaveProperty('id-token');
  for (const job of Object.values<{ permissions: unknown; steps: { run?: string }[] }>(steps)) {
    expect(job.permissions).toMatchObject({ 'id-token': 'write' });
    const run = job.steps.find((step) => step.run?.includes('docker run'))?.run;
    expect(run).toContain('--env ACTIONS_ID_TOKEN_REQUEST_URL --env ACTIONS_ID_TOKEN_REQUEST_TOKEN');
    expect(run).toContain('--env GALLEY_REMOTE_ROLE');
  }
});

test('jobs of GitLab that run a step have a token', () => {
  const file = parse(fileOf(exported('gitlab', ridershipPipeline, { oidc: true }), '.gitlab-ci.yml'));
  const steps = Object.values<{ stage?: string; id_tokens?: unknown }>(file).filter(({ stage }) => stage === 'steps');
  expect(steps.length).toBeGreaterThan(2);
  for (const job of steps) expect(job.id_tokens).toEqual({ GALLEY_REMOTE_TOKEN: { aud: 'sts.amazonaws.com' } });
  expect(file['build image']).not.toHaveProperty('id_tokens');
});

test('Jenkins binds the token among the credentials that there are', () => {
  const text = fileOf(exported('jenkins', ridershipPipeline, { oidc: true }), 'Jenkinsfile');
  expect(text).toMatch(/def secrets = \['GALLEY_REMOTE_TOKEN'/);
});
