import { yamlFile } from '../../package/index.ts';
import {
  type ContainerStep,
  partsOf,
  remoteSettings,
  type StepGroup,
  secretNames,
  stepCommand,
  stepGroups,
  timedCommand,
} from './container-steps.ts';
import { utcCron } from './cron-lines.ts';
import {
  type ExportSource,
  inexpressible,
  madeBy,
  objectName,
  pipelineFolder,
  type TargetFiles,
} from './export-source.ts';
import { gitHubText, oneLine, shellWord } from './quoting.ts';

/** Each by the commit that its release names. */
const actions = {
  checkout: { use: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1', release: 'v7.0.1' },
  upload: { use: 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f', release: 'v7.0.0' },
  download: { use: 'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c', release: 'v8.0.1' },
} as const;

/** An event of a schedule says no branch, and comes of the default one alone. */
const onDefaultBranch =
  "(github.event_name == 'schedule' || github.ref_name == github.event.repository.default_branch)";

const runner = 'ubuntu-24.04';
const approvalEnvironment = 'galley-approval';
/** GitHub takes at most 256 jobs of one matrix. */
const mostCopies = 250;
/** GitHub ends a job after six hours unless it says less. */
const mostMinutes = 360;
/** Where a job that may do so asks for an identity token. */
const tokenRequest = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
const checkout = { uses: actions.checkout.use, with: { 'persist-credentials': false } };

/** A workflow: a job a step, a matrix for its copies, folders as artifacts. */
export function gitHubFiles(source: ExportSource): TargetFiles {
  const { pipeline, schedule } = source;
  const groups = stepGroups(source.steps);
  const cron = schedule === null ? undefined : utcCron(schedule, source.at);
  const workflow = {
    name: `galley-${pipeline}`,
    on: { workflow_dispatch: null, ...(cron !== undefined && { schedule: [{ cron }] }) },
    permissions: {},
    concurrency: { group: `galley-${pipeline}`, 'cancel-in-progress': false },
    env: Object.fromEntries(remoteSettings.map((name) => [name, expression(`vars.${name}`)])),
    jobs: {
      image: imageJob(pipeline),
      ...Object.fromEntries(groups.flatMap((group) => stepJobs(source, group, groups))),
      ...Object.fromEntries(groups.flatMap((group) => followingJobs(source, group))),
    },
  };
  const text = yamlFile(workflow, { comment: `${madeBy(source)}\n${oneLine(source.summary)}`.trim() });
  return {
    files: [{ path: `.github/workflows/galley-${pipeline}.yml`, content: withReleases(text) }],
    remarks: scheduleRemarks(source, cron),
  };
}

function withReleases(text: string): string {
  return Object.values(actions).reduce((done, { use, release }) => done.replaceAll(use, `${use} # ${release}`), text);
}

function scheduleRemarks({ schedule }: ExportSource, cron: string | undefined): string[] {
  if (schedule === null) return [];
  if (cron === undefined) return [inexpressible(schedule)];
  if (schedule.timezone === 'UTC') return [];
  const zone = `The schedule \`${schedule.cron}\` in ${schedule.timezone} became \`${cron}\`: GitHub's clock shows UTC.`;
  return [`${zone} Where the zone has daylight saving time it runs an hour later by its clocks then.`];
}

/** Builds the container of the steps and says under which digest it lies in the registry. */
function imageJob(pipeline: string): Record<string, unknown> {
  return {
    'runs-on': runner,
    'timeout-minutes': 30,
    permissions: { contents: 'read', packages: 'write' },
    outputs: { reference: expression('steps.build.outputs.reference') },
    steps: [
      checkout,
      logIn(),
      {
        name: 'Build and push',
        id: 'build',
        run: lines(
          `image="ghcr.io/\${GITHUB_REPOSITORY,,}/${objectName(pipeline)}"`,
          `docker build --file ${pipelineFolder(pipeline)}/Dockerfile --tag "$image:$GITHUB_SHA" .`,
          'docker push --quiet "$image:$GITHUB_SHA"',
          `echo "reference=$(docker image inspect --format '{{index .RepoDigests 0}}' "$image:$GITHUB_SHA")" >> "$GITHUB_OUTPUT"`,
        ),
      },
    ],
  };
}

function logIn(): Record<string, unknown> {
  return {
    name: 'Log in',
    env: { TOKEN: expression('github.token') },
    run: 'docker login ghcr.io --username "$GITHUB_ACTOR" --password-stdin <<< "$TOKEN"',
  };
}

/** One job, or several where a matrix has more copies than one may have. */
function stepJobs(source: ExportSource, group: StepGroup, groups: readonly StepGroup[]): [string, unknown][] {
  return partsOf(group, mostCopies).map((part, index) => {
    const needs = groups.filter(({ step }) => group.needs.includes(step)).flatMap(jobNames);
    return [jobNames(group)[index] as string, stepJob(source, { ...group, steps: part }, ['image', ...needs])];
  });
}

/** A step's name begins with a letter, and so do the names of other jobs. */
function jobNames(group: StepGroup): string[] {
  return partsOf(group, mostCopies).map((_, index) =>
    index === 0 ? `_${group.step}` : `__${index + 1}_${group.step}`,
  );
}

function stepJob(source: ExportSource, group: StepGroup, needs: string[]): Record<string, unknown> {
  const { kind, steps, always } = group;
  const [first] = steps as [ContainerStep, ...ContainerStep[]];
  const isMatrix = steps.length > 1;
  const task = isMatrix ? expression('matrix.task') : first.slug;
  const patterns = steps.map(inputPattern);
  const isReading = patterns.some((pattern) => pattern !== '');
  const isSame = new Set(patterns).size === 1;
  const include = steps.map((step, index) => ({ task: step.slug, ...(!isSame && { inputs: patterns[index] }) }));
  return {
    name: isMatrix ? `${group.step} (${expression('matrix.task')})` : gitHubText(oneLine(first.task)),
    needs,
    ...runCondition(kind, always),
    'runs-on': runner,
    ...timeLimit(first),
    permissions: {
      contents: 'read',
      packages: 'read',
      ...(source.oidc && { 'id-token': 'write' }),
      ...(kind === 'approve' && { actions: 'read' }),
    },
    ...(kind === 'approve' && { environment: approvalEnvironment }),
    ...(isMatrix && { strategy: { 'fail-fast': false, matrix: { include } } }),
    steps: [
      ...(isReading ? [downloadStep(isSame ? (patterns[0] as string) : expression('matrix.inputs'))] : []),
      logIn(),
      ...(kind === 'approve' ? [approverStep()] : []),
      runStep(source, first, task),
      {
        name: 'Keep what the step wrote',
        if: 'always()',
        uses: actions.upload.use,
        with: {
          name: task,
          path: 'out',
          'include-hidden-files': true,
          'if-no-files-found': 'ignore',
          overwrite: true,
          'retention-days': 30,
        },
      },
    ],
  };
}

/** Whoever let the job begin; nobody where the environment asks nobody, and then nobody approved. */
function approverStep(): Record<string, unknown> {
  const isOurs = `any(.environments[]; .name == "${approvalEnvironment}")`;
  return {
    name: 'Who approved',
    env: { GH_TOKEN: expression('github.token') },
    run: lines(
      `approver="$(gh api "repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/approvals" --jq '[.[] | select(.state == "approved" and ${isOurs}) | .user.login] | last // ""')"`,
      'echo "GALLEY_APPROVER=$approver" >> "$GITHUB_ENV"',
    ),
  };
}

/** What lets versions answer does so from the default branch alone. */
function runCondition(kind: StepGroup['kind'], always: boolean): { if?: string } {
  const parts = [
    ...(always ? ["!cancelled() && needs.image.result == 'success'"] : []),
    ...(kind === 'deploy' ? [onDefaultBranch] : []),
  ];
  return parts.length === 0 ? {} : { if: expression(parts.join(' && ')) };
}

function timeLimit({ timeoutSeconds, waitSeconds }: ContainerStep): Record<string, number> {
  if (timeoutSeconds === undefined) return {};
  const waits = waitSeconds.reduce((sum, seconds) => sum + seconds, 0);
  const minutes = 10 + Math.ceil((timeoutSeconds * (waitSeconds.length + 1) + waits) / 60);
  return { 'timeout-minutes': Math.min(mostMinutes, minutes) };
}

/** Of names without special characters: one of them, as a glob. */
function inputPattern({ needs }: ContainerStep): string {
  return needs.length > 1 ? `{${needs.join(',')}}` : (needs[0] ?? '');
}

/** Each artifact has the folder of its task inside, so that one alone lies as several do. */
function downloadStep(pattern: string): Record<string, unknown> {
  return {
    name: 'What the steps before wrote',
    uses: actions.download.use,
    with: { pattern, path: 'in', 'merge-multiple': true },
  };
}

function runStep({ pipeline, steps, oidc }: ExportSource, step: ContainerStep, task: string): Record<string, unknown> {
  const secrets = secretNames(steps, oidc).filter(
    (name) => name.startsWith('GALLEY_REMOTE') || step.environment.includes(name),
  );
  const passed = [...remoteSettings, ...secrets, ...(oidc ? tokenRequest : [])]
    .map((name) => `--env ${name}`)
    .join(' ');
  const command = stepCommand(pipeline, '"$GALLEY_TASK"', { in: '/exchange/in', out: '/exchange/out/"$GALLEY_TASK"' });
  const run = [
    'docker run --rm --init --user "$(id -u):$(id -g)" --cap-drop ALL --security-opt no-new-privileges',
    `--volume "$PWD:/exchange" ${passed} "$GALLEY_IMAGE"`,
    timedCommand(step, command).join(' '),
    ...(step.kind === 'approve' ? [`\${GALLEY_APPROVER:+--approved-by "$GALLEY_APPROVER"}`] : []),
  ].join(' ');
  return {
    name: 'Run the step',
    env: {
      ...Object.fromEntries(secrets.map((name) => [name, expression(`secrets.${name}`)])),
      GALLEY_IMAGE: expression('needs.image.outputs.reference'),
      GALLEY_TASK: task,
    },
    run: lines('mkdir -p in out', ...retried(run, step.waitSeconds)),
  };
}

function retried(command: string, waits: readonly number[]): string[] {
  if (waits.length === 0) return [command];
  return [
    `for wait in 0 ${waits.join(' ')}; do`,
    '  sleep "$wait"',
    '  rm -rf "out/$GALLEY_TASK"',
    `  if ${command}; then exit 0; fi`,
    'done',
    'exit 1',
  ];
}

/** What becomes of a step's folder where that is more than files for other steps. */
function followingJobs(source: ExportSource, group: StepGroup): [string, unknown][] {
  if (group.kind === 'report')
    return group.steps.map((step) => [`comment_${step.slug}`, commentJob(source, step, group)]);
  if (group.kind === 'deploy')
    return group.steps.map((step) => [`rollout_${step.slug}`, rolloutJob(source, step, group)]);
  return [];
}

/** Comments on the pull request of the branch, where there is one. */
function commentJob({ pipeline }: ExportSource, { slug }: ContainerStep, group: StepGroup): Record<string, unknown> {
  return {
    name: `Comment with ${slug}`,
    needs: jobNames(group),
    if: expression(`!cancelled() && needs.${jobNames(group)[0]}.result == 'success'`),
    'runs-on': runner,
    'timeout-minutes': 10,
    // The pictures of a comment lie on a branch of their own.
    permissions: { contents: 'write', 'pull-requests': 'write' },
    steps: [
      checkout,
      downloadStep(slug),
      {
        name: 'Comment',
        env: { GALLEY_COMMENT_TOKEN: expression('github.token') },
        run: `node ${pipelineFolder(pipeline)}/comment.mjs in/${slug}`,
      },
    ],
  };
}

function rolloutJob({ pipeline }: ExportSource, { slug }: ContainerStep, group: StepGroup): Record<string, unknown> {
  const settings = [
    'GALLEY_MODEL_IMAGE',
    'GALLEY_ROLLOUT_NAMESPACE',
    'GALLEY_ROLLOUT_DEPLOYMENT',
    'GALLEY_ROLLOUT_CONTAINER',
  ];
  return {
    name: `Roll out ${slug}`,
    needs: jobNames(group),
    if: expression("vars.GALLEY_MODEL_IMAGE != ''"),
    'runs-on': runner,
    'timeout-minutes': 30,
    environment: 'galley-production',
    permissions: { contents: 'read', packages: 'write' },
    steps: [
      checkout,
      downloadStep(slug),
      logIn(),
      {
        name: 'Build, push and roll out',
        env: {
          ...Object.fromEntries(settings.map((name) => [name, expression(`vars.${name}`)])),
          GALLEY_IMAGE_TAG: `${expression('github.run_id')}-${expression('github.run_attempt')}`,
          GALLEY_KUBECONFIG: expression('secrets.GALLEY_KUBECONFIG'),
          GALLEY_REGISTRY_USER: expression('vars.GALLEY_REGISTRY_USER'),
          GALLEY_REGISTRY_PASSWORD: expression('secrets.GALLEY_REGISTRY_PASSWORD'),
        },
        run: `sh ${pipelineFolder(pipeline)}/roll-out.sh in/${shellWord(slug)}`,
      },
    ],
  };
}

/** What GitHub puts in its place. */
function expression(text: string): string {
  return `\${{ ${text} }}`;
}

function lines(...texts: string[]): string {
  return `${texts.join('\n')}\n`;
}
