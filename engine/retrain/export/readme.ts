import type { PipelineExportFormat } from '../../contract/retrain-export.ts';
import { type ContainerStep, remoteSettings, secretNames, stepCommand } from './container-steps.ts';
import { type ExportSource, objectName, pipelineFolder } from './export-source.ts';
import { oneLine } from './quoting.ts';

/** For the engineer who gets the files. */
export function readmeFile(source: ExportSource, format: PipelineExportFormat, remarks: readonly string[]): string {
  const { pipeline, steps, oidc, galleyVersion, summary } = source;
  const folder = pipelineFolder(pipeline);
  const command = stepCommand(pipeline, 'TASK', { in: 'IN', out: 'OUT/TASK' }).join(' ');
  const secrets = secretNames(steps, oidc);
  return `# The pipeline ${pipeline}, out of Galley

${markdownText(summary)}

Written by Galley ${galleyVersion}. These files belong into the repository that has the project's texts (\`recipes/\`, \`expectations/\`,
\`tests/\` and what steps of the kind \`run\` read), at its top. Nothing of this was run where it was written: look at it before you let it run.

| file | what it is |
| --- | --- |
| \`${folder}/pipeline.yaml\` | the pipeline, with the values that its parameters have here |
| \`${folder}/Dockerfile\` | the container of its steps: Galley and the files that they read, by the list in \`Dockerfile.dockerignore\` |
| \`${folder}/galley.tgz\` | Galley ${galleyVersion} itself; npm fetches its libraries by their hashes when the container is built |
| \`${folder}/export.json\` | which files are Galley's, so that a later export changes no others |
${targets[format]
  .files(pipeline)
  .map(([file, what]) => `| \`${file}\` | ${what} |`)
  .join('\n')}

## Before the first run

    galley retrain hand-over ${pipeline} --remote REMOTE

in the project of Galley copies to the remote what the steps go on from: data and champions. \`galley retrain take-back ${pipeline} --remote REMOTE\` takes
in what runs made since.

## How a step runs

Each task is the same container with another name of a task:

    ${command}

\`IN\` has a folder for each task that it needs, \`OUT/TASK\` gets \`artifact.json\` and files. A step whose condition does not hold says so
there and ends well; one that fails ends with another code than 0, and what waits for it does not run, but for steps that run
\`always\` or on \`failed\`.

| task | name | kind | after |
| --- | --- | --- | --- |
${steps.map(taskRow).join('\n')}

## What it needs

Datasets, versions of models and who is champion are in a remote, not in a cache. Any user may run the container; it needs no root, no
capability, and no other address than the remote's.

| variable | what it is |
| --- | --- |
| \`GALLEY_REMOTE\` | address of the remote: \`s3://bucket/prefix\` or \`ssh://user@host/path\`; a folder that every step sees, too |
| ${remoteSettings
    .slice(1)
    .map((name) => `\`${name}\``)
    .join(', ')} | what that remote wants beside its address; what is empty counts as not set |
| \`GALLEY_REMOTE_KEY_FILE\` | of an SSH remote: where the container has the file of the key; it is for you to put it there |
${secrets.length === 0 ? '' : `| ${secrets.map((name) => `\`${name}\``).join(', ')} | secrets |\n`}
${oidc ? `${withoutKeys(format)}\n\n` : ''}${targets[format].setUp(pipeline, oidc)}
${remarks.length === 0 ? '' : `\n## Not as in Galley\n\n${remarks.map((remark) => `- ${remark}`).join('\n')}\n`}`;
}

function taskRow({ slug, task, kind, needs }: ContainerStep): string {
  return `| \`${slug}\` | ${markdownText(task).replaceAll('|', '\\|')} | ${kind} | ${needs.join(', ')} |`;
}

/** A text in which Markdown finds no form of its own. */
function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_{}[\]<>#]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;');
}

/** Who gives the identity token, of which the keys of a role are made. */
const tokenGivers: Record<PipelineExportFormat, string> = {
  github: 'GitHub gives each job that runs a step a token; its subject is `repo:OWNER/NAME:ref:refs/heads/BRANCH`.',
  gitlab:
    'GitLab gives each job that runs a step a token; its subject is `project_path:GROUP/NAME:ref_type:branch:ref:BRANCH`.',
  jenkins:
    'The plugin OpenID Connect Provider makes the token: a credential "OpenID Connect id token" with the id `GALLEY_REMOTE_TOKEN`, which is listed in `GALLEY_CREDENTIALS`.',
  airflow: clusterToken(),
  argo: clusterToken(),
  kubeflow: clusterToken(),
};

function clusterToken(): string {
  return 'The cluster gives the pods a token: their service account has the role (on EKS by its annotation `eks.amazonaws.com/role-arn`, and `GALLEY_REMOTE_ROLE` may be left out), so `AWS_WEB_IDENTITY_TOKEN_FILE` names the file.';
}

function withoutKeys(format: PipelineExportFormat): string {
  return `No key of the remote is kept: \`GALLEY_REMOTE_ROLE\` is the ARN of a role that may read and write below the remote's prefix and trusts the
identity token of the job with the audience \`sts.amazonaws.com\`. ${tokenGivers[format]}`;
}

interface Target {
  files(pipeline: string): [string, string][];
  setUp(pipeline: string, oidc: boolean): string;
}

const scripts = (pipeline: string): [string, string][] => [
  [`${pipelineFolder(pipeline)}/roll-out.sh`, 'builds, pushes and rolls out what a deploy step let through'],
];
const commentScript = (pipeline: string): [string, string] => [
  `${pipelineFolder(pipeline)}/comment.mjs`,
  'puts the Markdown of a report step with its pictures under the pull or merge request of the branch',
];

const rollOut = `## Rolling out

A deploy step writes the Docker package of the version that was let through. Where \`GALLEY_MODEL_IMAGE\` is set (the image without a tag),
\`roll-out.sh\` builds and pushes it, and where \`GALLEY_ROLLOUT_DEPLOYMENT\` is set as well (with \`GALLEY_ROLLOUT_NAMESPACE\` and
\`GALLEY_ROLLOUT_CONTAINER\`, if they differ from \`default\` and that name), gives its digest to that Deployment and waits; where it does not come up the one
before comes back. The secret \`GALLEY_KUBECONFIG\` is a kubeconfig that may \`get\`, \`patch\` and \`watch\` that Deployment, nothing else.
\`GALLEY_REGISTRY_USER\` and the secret \`GALLEY_REGISTRY_PASSWORD\` are for another registry than the job's own.`;

const buildImage = (
  pipeline: string,
) => `Build the container and push it, then name it by the digest that the push says:

    docker build --file ${pipelineFolder(pipeline)}/Dockerfile --tag registry.example.com/${objectName(pipeline)} . && docker push registry.example.com/${objectName(pipeline)}`;

const clusterSecret = (
  pipeline: string,
  oidc: boolean,
) => `The variables are keys of a Secret in the namespace of the pods, which every step gets whole:

    kubectl create secret generic ${objectName(pipeline)} --from-literal=GALLEY_REMOTE=s3://bucket/prefix${oidc ? '' : ' --from-literal=GALLEY_REMOTE_ACCESS_KEY=… --from-literal=GALLEY_REMOTE_SECRET=…'}`;

const exchangeClaim = `What one step hands to another lies on a claim that pods of several machines can mount (ReadWriteMany), in a folder for each run;
what is old there is yours to remove:

    kubectl apply --filename - <<END
    {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: galley-exchange},
     spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 20Gi}}}}
    END`;

const notRolledOut =
  'A deploy step leaves the Docker package of the version that was let through in its folder, under `package/`: building its image is for a system that may build images.';

const targets: Record<PipelineExportFormat, Target> = {
  github: {
    files: (pipeline) => [
      [`.github/workflows/galley-${pipeline}.yml`, 'the workflow'],
      commentScript(pipeline),
      ...scripts(pipeline),
    ],
    setUp:
      () => `Settings are variables of the repository (\`vars\`), secrets its secrets. Actions are named by their commits. Each job has the
permissions that it needs and no others: steps may read packages (the container), the first job may write them, and only the job that comments may
write pull requests and contents (the pictures of a comment lie on the branch \`galley-reports\`).

- The workflow runs by hand (on any branch, where it comments on the branch's pull request) and at the times of its schedule. A deploy step
  runs from the default branch alone.
- An approve step waits in the environment \`galley-approval\`: give it required reviewers. Without them nobody has approved, and the step fails.
  \`galley-production\` is the environment of rolling out.
- The copies of a step are one job with a matrix. What comes after them waits for all.

${rollOut}`,
  },
  gitlab: {
    files: (pipeline) => [['.gitlab-ci.yml', 'the pipeline of GitLab'], commentScript(pipeline), ...scripts(pipeline)],
    setUp:
      () => `Settings and secrets are CI/CD variables, secrets masked and protected. It runs by hand (Build > Pipelines), by a schedule and by the API;
pushes do not start it. The first job and rolling out need a runner that may run Docker in Docker.

- \`GALLEY_COMMENT_TOKEN\`, a project access token with the scope \`api\` and the role Reporter, lets the report be a note of the branch's merge request.
- An approve step is a manual job. A deploy step runs from the default branch alone, and rolling out is the environment \`galley-production\`.
- The copies of a step are one job with a matrix. What comes after them waits for all and sees the folders of all.

${rollOut}`,
  },
  jenkins: {
    files: (pipeline) => [['Jenkinsfile', 'the scripted pipeline'], ...scripts(pipeline)],
    setUp:
      () => `Settings are environment variables of the job or its folder. Secrets are credentials of the kind "secret text" with the variable's name as
their id; \`GALLEY_CREDENTIALS\` lists those that there are, with commas.

- \`GALLEY_NODE\`: a label of agents with Docker. \`GALLEY_IMAGE\`: the container by its digest, or \`GALLEY_REGISTRY\`: where it is pushed to; agents are logged in there.
- The plugins Pipeline, Credentials Binding and Git are needed.
- An approve step asks for input. A deploy step of a multibranch project runs from its primary branch alone. Every folder is an artifact of the build.
- The copies of a step run side by side in one stage.

${rollOut}`,
  },
  airflow: {
    files: (pipeline) => [
      [
        `dags/galley_${pipeline}.py`,
        'the DAG, for Airflow 3.1 or later with the providers cncf.kubernetes and standard',
      ],
    ],
    setUp: (pipeline, oidc) => `${buildImage(pipeline)}

Environment variables of the DAG processor: \`GALLEY_IMAGE\`, \`GALLEY_NAMESPACE\` (default), \`GALLEY_EXCHANGE_CLAIM\` (galley-exchange), \`GALLEY_SECRET\` (${objectName(pipeline)}).

${clusterSecret(pipeline, oidc)}

${exchangeClaim}

An approve step waits as a required action of Airflow. The copies of a step are a task group. ${notRolledOut}`,
  },
  argo: {
    files: (pipeline) => [
      [`${pipelineFolder(pipeline)}/workflow.yaml`, 'the WorkflowTemplate, for Argo Workflows 3.6 or later'],
    ],
    setUp: (pipeline, oidc) => `${buildImage(pipeline)}

Write that digest into the parameter \`image\`, then:

    kubectl apply --filename ${pipelineFolder(pipeline)}/workflow.yaml
    argo submit --from workflowtemplate/${objectName(pipeline)}

\`schedule.yaml\`, where the pipeline has a schedule, starts it at its times. Folders go through the artifact repository of the cluster.

${clusterSecret(pipeline, oidc)}

An approve step is a suspended node before it (\`argo resume\`). The copies of a step are nodes side by side, each with its own needs. ${notRolledOut}`,
  },
  kubeflow: {
    files: (pipeline) => [
      [`${pipelineFolder(pipeline)}/pipeline.py`, 'the pipeline, for kfp 2.10 or later with kfp-kubernetes'],
    ],
    setUp: (pipeline, oidc) => `${buildImage(pipeline)}

    GALLEY_IMAGE=registry.example.com/${objectName(pipeline)}@sha256:… python ${pipelineFolder(pipeline)}/pipeline.py pipeline.yaml

\`GALLEY_EXCHANGE_CLAIM\` (galley-exchange) and \`GALLEY_SECRET\` (${objectName(pipeline)}) name the claim and the Secret otherwise, also when it is compiled.

${clusterSecret(pipeline, oidc)}

${exchangeClaim}

The copies of a step are tasks side by side, each with its own needs. ${notRolledOut}`,
  },
};
