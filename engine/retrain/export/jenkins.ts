import { type ContainerStep, remoteSettings, secretNames, stepCommand } from './container-steps.ts';
import { plainCron } from './cron-lines.ts';
import {
  type ExportSource,
  inexpressible,
  madeBy,
  objectName,
  pipelineFolder,
  type TargetFiles,
} from './export-source.ts';
import { groovyComment, groovyText, oneLine } from './quoting.ts';

/** A scripted pipeline: what can run side by side is a stage, folders are stashed. */
export function jenkinsFiles(source: ExportSource): TargetFiles {
  const { pipeline, schedule, steps, oidc, summary } = source;
  const secrets = [...(oidc ? ['GALLEY_REMOTE_TOKEN'] : []), ...secretNames(steps, oidc)];
  const cron = schedule === null ? undefined : plainCron(schedule.cron);
  const properties = ['disableConcurrentBuilds()'];
  if (schedule && cron !== undefined)
    properties.push(`pipelineTriggers([cron(${groovyText(`TZ=${schedule.timezone}\n${cron}`)})])`);
  const folder = pipelineFolder(pipeline);
  const command = stepCommand(pipeline, '"$GALLEY_TASK"', {
    in: '/exchange/in',
    out: '/exchange/out/"$GALLEY_TASK"',
  }).join(' ');
  const text = `// ${madeBy(source)}
// ${groovyComment(summary)}

properties([${properties.join(', ')}])

// Each after those that it needs. Copies of a step are steps that run side by side.
def tasks = [
${steps.map((step) => `  ${groovyStep(step)},`).join('\n')}
]

// Settings and secrets that a step and rolling out get: of the first what is set for the job, of the others "secret text"
// credentials of that name, where GALLEY_CREDENTIALS lists them.
def credentials = (env.GALLEY_CREDENTIALS ?: '').tokenize(', ')
def settings = [${remoteSettings.map(groovyText).join(', ')}]
def secrets = [${secrets.map(groovyText).join(', ')}].intersect(credentials)
def rolloutSecrets = ['GALLEY_KUBECONFIG', 'GALLEY_REGISTRY_PASSWORD'].intersect(credentials)

def statusOf = [:]
def kept = []
def image = ''

// Runs work where the workspace has what the steps before wrote, and keeps what it writes.
def inWorkspace = { Map step, Closure work ->
  node(env.GALLEY_NODE ?: '') {
    deleteDir()
    for (String need in step.needs) {
      if (need in kept) { unstash need }
    }
    sh 'mkdir -p in out && if [ -d exchange ]; then mv exchange/* in/; fi'
    try {
      work()
    } finally {
      sh 'mkdir -p exchange && if [ -n "$(ls -A out)" ]; then mv out/* exchange/; fi'
      stash name: step.slug, includes: 'exchange/**', useDefaultExcludes: false, allowEmpty: true
      kept << step.slug
      archiveArtifacts artifacts: 'exchange/**', allowEmptyArchive: true, defaultExcludes: false
    }
  }
}

def runStep = { Map step ->
  if (!step.always && step.needs.any { statusOf[it] != 'passed' }) {
    statusOf[step.slug] = 'skipped'
    return
  }
  // Until it has ended well.
  statusOf[step.slug] = 'failed'
  def approver = step.kind == 'approve' ? input(message: step.name, ok: 'Approve', submitterParameter: 'APPROVER') : ''
  if (step.kind == 'deploy' && env.BRANCH_NAME && env.BRANCH_IS_PRIMARY != 'true') {
    statusOf[step.slug] = 'skipped'
    return
  }
  inWorkspace(step) {
    def own = secrets.findAll { it.startsWith('GALLEY_REMOTE') || it in step.environment }
    def passed = (settings.findAll { env[it] } + own).collect { '--env ' + it }.join(' ')
    withCredentials(own.collect { string(credentialsId: it, variable: it) }) {
      withEnv(["GALLEY_TASK=\${step.slug}", "GALLEY_APPROVER=\${approver}", "GALLEY_IMAGE=\${image}", "GALLEY_PASSED=\${passed}"]) {
        int attempts = 0
        retry(step.waits.size() + 1) {
          if (attempts > 0) { sleep time: step.waits[attempts - 1], unit: 'SECONDS' }
          attempts++
          sh 'rm -rf "out/$GALLEY_TASK"'
          timeout(time: step.timeout, unit: 'SECONDS') {
            sh '''docker run --rm --init --user "$(id -u):$(id -g)" --cap-drop ALL --security-opt no-new-privileges --volume "$PWD:/exchange" $GALLEY_PASSED "$GALLEY_IMAGE" ${command} \${GALLEY_APPROVER:+--approved-by "$GALLEY_APPROVER"}'''
          }
        }
      }
    }
  }
  statusOf[step.slug] = 'passed'
}

def finish = { Map step, String script ->
  if (statusOf[step.slug] != 'passed') { return }
  node(env.GALLEY_NODE ?: '') {
    checkout scm
    dir('result') { unstash step.slug }
    withCredentials(rolloutSecrets.collect { string(credentialsId: it, variable: it) }) {
      sh script + ' result/exchange/' + step.slug
    }
  }
}

stage('image') {
  // An image by its digest spares building one.
  image = env.GALLEY_IMAGE ?: ''
  if (!image) {
    node(env.GALLEY_NODE ?: '') {
      checkout scm
      if (!env.GALLEY_REGISTRY) { error 'Set GALLEY_IMAGE to the container by its digest, or GALLEY_REGISTRY to where it may be pushed.' }
      image = env.GALLEY_REGISTRY + ${groovyText(`/${objectName(pipeline)}:`)} + env.BUILD_NUMBER
      withEnv(["GALLEY_IMAGE=\${image}"]) {
        sh 'docker build --file ${folder}/Dockerfile --tag "$GALLEY_IMAGE" . && docker push "$GALLEY_IMAGE"'
      }
    }
  }
}

// A step comes in the stage after the last one that it needs.
def stageOf = [:]
tasks.each { step -> stageOf[step.slug] = step.needs.isEmpty() ? 1 : step.needs.collect { stageOf[it] }.max() + 1 }
for (int number = 1; number <= stageOf.values().max(); number++) {
  def current = tasks.findAll { stageOf[it.slug] == number }
  stage(current.collect { it.step }.unique().join(', ')) {
    def branches = [:]
    current.each { step -> branches[step.slug] = { catchError(buildResult: 'FAILURE', stageResult: 'FAILURE') { runStep(step) } } }
    parallel branches
  }
}

stage('afterwards') {
  tasks.findAll { it.kind == 'deploy' }.each { step ->
    if (env.GALLEY_MODEL_IMAGE) {
      withEnv(["GALLEY_IMAGE_TAG=\${env.BUILD_NUMBER}"]) { finish(step, 'sh ${folder}/roll-out.sh') }
    }
  }
}
`;
  const file = { path: 'Jenkinsfile', content: text.replace('// \n', '') };
  return { files: [file], remarks: schedule && cron === undefined ? [inexpressible(schedule)] : [] };
}

/** A literal of a map. */
function groovyStep({
  slug,
  task,
  step,
  kind,
  needs,
  always,
  timeoutSeconds,
  waitSeconds,
  environment,
}: ContainerStep): string {
  const members = [
    `slug: ${groovyText(slug)}`,
    `name: ${groovyText(oneLine(task))}`,
    `step: ${groovyText(step)}`,
    `kind: ${groovyText(kind)}`,
    `needs: [${needs.map(groovyText).join(', ')}]`,
    `always: ${always}`,
    `timeout: ${timeoutSeconds ?? longestSeconds}`,
    `waits: [${waitSeconds.join(', ')}]`,
    `environment: [${environment.map(groovyText).join(', ')}]`,
  ];
  return `[${members.join(', ')}]`;
}

/** Where a step says nothing of it. */
const longestSeconds = 86_400;
