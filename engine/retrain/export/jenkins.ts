import { type ContainerStep, remoteSettings, secretNames, stepCommand } from './container-steps.ts';
import { plainCron } from './cron-lines.ts';
import { type ExportSource, inexpressible, madeBy, pipelineFolder, type TargetFiles } from './export-source.ts';
import { groovyText, oneLine } from './quoting.ts';

/** A scripted pipeline: what can run side by side is a stage, folders are stashed. */
export function jenkinsFiles(source: ExportSource): TargetFiles {
  const { pipeline, schedule, steps, summary } = source;
  const cron = schedule === null ? undefined : plainCron(schedule.cron);
  const properties = ['disableConcurrentBuilds()'];
  if (schedule && cron !== undefined)
    properties.push(`pipelineTriggers([cron(${groovyText(`TZ=${schedule.timezone}\n${cron}`)})])`);
  const folder = pipelineFolder(pipeline);
  const command = stepCommand(pipeline, '"$TASK"', { in: '/exchange/in', out: '/exchange/out/"$TASK"' }).join(' ');
  const text = `// ${madeBy(source)}
// ${oneLine(summary)}

properties([${properties.join(', ')}])

// Each after those that it needs. Copies of a step are steps that run side by side.
def tasks = [
${steps.map((step) => `  ${groovyStep(step)},`).join('\n')}
]

// Settings and secrets that a step gets: of the first what is set for the job, of the second "secret text" credentials of that
// name, where GALLEY_CREDENTIALS lists them.
def settings = [${remoteSettings.map(groovyText).join(', ')}]
def secrets = [${secretNames(steps).map(groovyText).join(', ')}]
  .intersect((env.GALLEY_CREDENTIALS ?: '').tokenize(', '))

def statusOf = [:]
def image = ''

// Runs work where the workspace has what the steps before wrote, and keeps what it writes.
def inWorkspace = { Map step, Closure work ->
  node(env.GALLEY_NODE ?: '') {
    deleteDir()
    for (String need in step.needs) {
      if (statusOf[need] in ['passed', 'failed']) { unstash need }
    }
    sh 'mkdir -p in out && if [ -d exchange ]; then mv exchange/* in/; fi'
    try {
      work()
    } finally {
      sh 'mkdir -p exchange && if [ -n "$(ls -A out)" ]; then mv out/* exchange/; fi'
      stash name: step.slug, includes: 'exchange/**', useDefaultExcludes: false, allowEmpty: true
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
    def passed = settings.findAll { env[it] } + secrets.findAll { it.startsWith('GALLEY_REMOTE') || it in step.environment }
    withCredentials(secrets.collect { string(credentialsId: it, variable: it) }) {
      withEnv(["TASK=\${step.slug}", "APPROVER=\${approver}", "IMAGE=\${image}", "PASSED=\${passed.collect { '--env ' + it }.join(' ')}"]) {
        int attempts = 0
        retry(step.waits.size() + 1) {
          if (attempts > 0) { sleep time: step.waits[attempts - 1], unit: 'SECONDS' }
          attempts++
          sh 'rm -rf "out/$TASK"'
          timeout(time: step.timeout, unit: 'SECONDS') {
            sh '''docker run --rm --init --user "$(id -u):$(id -g)" --cap-drop ALL --security-opt no-new-privileges --volume "$PWD:/exchange" $PASSED "$IMAGE" ${command} \${APPROVER:+--approved-by "$APPROVER"}'''
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
    withCredentials(secrets.collect { string(credentialsId: it, variable: it) }) {
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
      image = env.GALLEY_REGISTRY + ${groovyText(`/galley-${pipeline}:`)} + env.BUILD_NUMBER
      withEnv(["IMAGE=\${image}"]) {
        sh 'docker build --file ${folder}/Dockerfile --tag "$IMAGE" . && docker push "$IMAGE"'
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
    current.each { step -> branches[step.name] = { catchError(buildResult: 'FAILURE', stageResult: 'FAILURE') { runStep(step) } } }
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
