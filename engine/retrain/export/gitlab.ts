import { yamlFile } from '../../package/index.ts';
import {
  type ContainerStep,
  partsOf,
  type StepGroup,
  stepCommand,
  stepGroups,
  timedCommand,
} from './container-steps.ts';
import { type ExportSource, madeBy, objectName, pipelineFolder, type TargetFiles } from './export-source.ts';
import { oneLine } from './quoting.ts';

/** Of one matrix. */
const mostCopies = 200;
/** Further attempts of a job. */
const mostRetries = 2;
/** Jobs that one job may wait for. */
const mostNeeds = 50;

const dockerJob = {
  image: 'docker:28-cli',
  services: ['docker:28-dind'],
  variables: { DOCKER_TLS_CERTDIR: '/certs' },
};
const logIn =
  'printf %s "$CI_REGISTRY_PASSWORD" | docker login --username "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"';

/** Names of other jobs begin otherwise than those of steps. */
const imageName = 'build image';

/** A pipeline of GitLab: a job a step, a matrix for its copies, folders as artifacts. */
export function gitLabFiles(source: ExportSource): TargetFiles {
  const { pipeline, summary } = source;
  const groups = stepGroups(source.steps);
  const file = {
    stages: ['image', 'steps', 'afterwards'],
    workflow: {
      name: `galley-${pipeline}`,
      rules: ['schedule', 'web', 'api', 'trigger'].map((origin) => ({ if: `$CI_PIPELINE_SOURCE == "${origin}"` })),
    },
    variables: { GALLEY_IMAGE: `$CI_REGISTRY_IMAGE/${objectName(pipeline)}:$CI_COMMIT_SHA` },
    [imageName]: imageJob(pipeline),
    ...Object.fromEntries(groups.flatMap((group) => stepJobs(source, group, groups))),
    ...Object.fromEntries(groups.flatMap((group) => followingJobs(source, group))),
  };
  const text = yamlFile(file, { comment: `${madeBy(source)}\n${oneLine(summary)}`.trim() });
  return { files: [{ path: '.gitlab-ci.yml', content: text }], remarks: remarks(source, groups) };
}

function remarks({ schedule, steps }: ExportSource, groups: readonly StepGroup[]): string[] {
  const retried = steps.filter(({ waitSeconds }) => waitSeconds.length > 0);
  const wide = groups.filter(({ needs }) => needs.length >= mostNeeds);
  return [
    ...(schedule
      ? [
          `GitLab keeps schedules outside of the file: make one under Build > Pipeline schedules with \`${schedule.cron}\` and the time zone ${schedule.timezone}.`,
        ]
      : []),
    ...(retried.length > 0
      ? [
          `GitLab tries a job again at once, and at most ${mostRetries} times: the waits of ${retried.map(({ slug }) => slug).join(', ')} are left out, and attempts beyond that.`,
        ]
      : []),
    ...wide.map(
      ({ step }) =>
        `The step ${step} waits for ${mostNeeds} others or more: GitLab's usual limit on \`needs\` is ${mostNeeds}.`,
    ),
  ];
}

/** The tag is that of the commit and is not written twice. */
function imageJob(pipeline: string): Record<string, unknown> {
  return {
    ...dockerJob,
    stage: 'image',
    script: [
      logIn,
      `docker manifest inspect "$GALLEY_IMAGE" >/dev/null 2>&1 || { docker build --file ${pipelineFolder(pipeline)}/Dockerfile --tag "$GALLEY_IMAGE" . && docker push "$GALLEY_IMAGE"; }`,
    ],
  };
}

/** One job, or several where a matrix has more copies than one may have. */
function stepJobs(source: ExportSource, group: StepGroup, groups: readonly StepGroup[]): [string, unknown][] {
  const needs = groups.filter(({ step }) => group.needs.includes(step)).flatMap(neededJobs);
  return partsOf(group, mostCopies).map((part, index) => [
    jobNames(group)[index] as string,
    stepJob(source, { ...group, steps: part }, [imageName, ...needs]),
  ]);
}

/** A name of a step has no space. */
function jobNames(group: StepGroup): string[] {
  return partsOf(group, mostCopies).map((_, index) =>
    index === 0 ? `step ${group.step}` : `step ${group.step} part ${index + 1}`,
  );
}

/** A deploy step is no job of other branches than the default one. */
function neededJobs(group: StepGroup): unknown[] {
  return jobNames(group).map((job) => (group.kind === 'deploy' ? { job, optional: true } : job));
}

function stepJob({ pipeline, oidc }: ExportSource, { kind, steps, always }: StepGroup, needs: unknown[]): unknown {
  const [first] = steps as [ContainerStep, ...ContainerStep[]];
  const isMatrix = steps.length > 1;
  const command = stepCommand(pipeline, '"$GALLEY_TASK"', {
    in: '"$CI_PROJECT_DIR/in"',
    out: '"$CI_PROJECT_DIR/out/$GALLEY_TASK"',
  });
  // Of a manual job it is whoever started it.
  const approved = kind === 'approve' ? ' --approved-by "$GITLAB_USER_LOGIN"' : '';
  const { timeoutSeconds, waitSeconds } = first;
  return {
    stage: 'steps',
    image: { name: '$GALLEY_IMAGE', entrypoint: [''] },
    ...(oidc && { id_tokens: { GALLEY_REMOTE_TOKEN: { aud: 'sts.amazonaws.com' } } }),
    needs,
    rules: [{ when: kind === 'approve' ? 'manual' : always ? 'always' : 'on_success' }],
    ...(kind === 'approve' && { allow_failure: false }),
    ...(kind === 'deploy' && {
      rules: [{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', when: always ? 'always' : 'on_success' }],
    }),
    // The image has the project's files, and what earlier jobs left on the runner is not taken for results.
    variables: { GIT_STRATEGY: 'empty', ...(!isMatrix && { GALLEY_TASK: first.slug }) },
    ...(isMatrix && { parallel: { matrix: [{ GALLEY_TASK: steps.map(({ slug }) => slug) }] } }),
    ...(waitSeconds.length > 0 && { retry: Math.min(mostRetries, waitSeconds.length) }),
    ...(timeoutSeconds !== undefined && { timeout: `${Math.ceil(timeoutSeconds / 60) + 10} minutes` }),
    script: [
      // What the steps before wrote lies in out/, as they wrote it.
      'if [ -d out ]; then mv out in; else mkdir in; fi',
      'mkdir out',
      `cd /project && ${timedCommand(first, command).join(' ')}${approved}`,
    ],
    artifacts: { name: '$GALLEY_TASK', when: 'always', expire_in: '30 days', paths: ['out/$GALLEY_TASK'] },
  };
}

/** What becomes of a step's folder where that is more than files for other steps. */
function followingJobs({ pipeline }: ExportSource, group: StepGroup): [string, unknown][] {
  const folder = pipelineFolder(pipeline);
  if (group.kind === 'report')
    return group.steps.map(({ slug }) => [`comment ${slug}`, commentJob(folder, slug, group)]);
  if (group.kind === 'deploy')
    return group.steps.map(({ slug }) => [`roll out ${slug}`, rolloutJob(folder, slug, group)]);
  return [];
}

/** Comments on the merge request of the branch, where there is one and a token for it. */
function commentJob(folder: string, slug: string, group: StepGroup): Record<string, unknown> {
  return {
    stage: 'afterwards',
    image: 'node:24-bookworm-slim',
    needs: jobNames(group),
    rules: [{ if: '$CI_OPEN_MERGE_REQUESTS && $GALLEY_COMMENT_TOKEN', when: group.always ? 'always' : 'on_success' }],
    script: [`node ${folder}/comment.mjs out/${slug}`],
  };
}

function rolloutJob(folder: string, slug: string, group: StepGroup): Record<string, unknown> {
  return {
    ...dockerJob,
    stage: 'afterwards',
    needs: jobNames(group),
    rules: [{ if: '$GALLEY_MODEL_IMAGE && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }],
    environment: 'galley-production',
    resource_group: 'galley-production',
    variables: { ...dockerJob.variables, GALLEY_IMAGE_TAG: '$CI_PIPELINE_ID' },
    script: [logIn, `sh ${folder}/roll-out.sh out/${slug}`],
  };
}
