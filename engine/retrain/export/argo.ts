import { yamlFile } from '../../package/index.ts';
import { type ContainerStep, stepCommand } from './container-steps.ts';
import { plainCron } from './cron-lines.ts';
import {
  type ExportSource,
  inexpressible,
  madeBy,
  objectName,
  pipelineFolder,
  type TargetFiles,
} from './export-source.ts';
import { argoText, oneLine } from './quoting.ts';

const apiVersion = 'argoproj.io/v1alpha1';

/** A template of a workflow: a template and a task of a DAG for each step, folders as artifacts; with a schedule what starts it. */
export function argoFiles(source: ExportSource): TargetFiles {
  const { pipeline, schedule } = source;
  const folder = pipelineFolder(pipeline);
  const comment = madeBy(source);
  const cron = schedule === null ? undefined : plainCron(schedule.cron);
  const files = [{ path: `${folder}/workflow.yaml`, content: yamlFile(workflowTemplate(source), { comment }) }];
  if (schedule && cron !== undefined)
    files.push({
      path: `${folder}/schedule.yaml`,
      content: yamlFile(cronWorkflow(pipeline, cron, schedule.timezone), { comment }),
    });
  return { files, remarks: schedule && cron === undefined ? [inexpressible(schedule)] : [] };
}

function workflowTemplate({ pipeline, summary, steps }: ExportSource): Record<string, unknown> {
  return {
    apiVersion,
    kind: 'WorkflowTemplate',
    metadata: {
      name: objectName(pipeline),
      annotations: { 'workflows.argoproj.io/description': argoText(oneLine(summary)) },
    },
    spec: {
      entrypoint: 'pipeline',
      arguments: { parameters: [{ name: 'image', value: `registry.example.com/${objectName(pipeline)}:latest` }] },
      synchronization: { mutexes: [{ name: objectName(pipeline) }] },
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        fsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      templates: [
        { name: 'pipeline', dag: { failFast: false, tasks: steps.flatMap(dagTasks) } },
        { name: approval, suspend: {} },
        ...steps.map((step) => stepTemplate(pipeline, step)),
      ],
    },
  };
}

/** Names that no slug can have where others share their place. */
const approval = 'approval';

/** Its template's name has something before the slug, which no other template has. */
function dagTasks({ slug, kind, needs, always }: ContainerStep): Record<string, unknown>[] {
  const wait = dependsOn(needs, always);
  const from = (need: string) => ({ name: need, from: `{{tasks.${need}.outputs.artifacts.out}}`, optional: true });
  const task = (depends: string) => ({
    name: slug,
    template: `step-${slug}`,
    ...(depends !== '' && { depends }),
    ...(needs.length > 0 && { arguments: { artifacts: needs.map(from) } }),
  });
  if (kind !== 'approve') return [task(wait)];
  const person = `${slug}--${approval}`;
  return [
    { name: person, template: approval, ...(wait !== '' && { depends: wait }) },
    task([wait, person].filter((part) => part !== '').join(' && ')),
  ];
}

function dependsOn(needs: readonly string[], always: boolean): string {
  const results = ['Succeeded', 'Failed', 'Errored', 'Skipped', 'Omitted'];
  const ended = (need: string) => (always ? `(${results.map((result) => `${need}.${result}`).join(' || ')})` : need);
  return needs.map(ended).join(' && ');
}

function stepTemplate(pipeline: string, step: ContainerStep): Record<string, unknown> {
  const { slug, task, kind, needs, timeoutSeconds, waitSeconds, waitFactor } = step;
  const [command, ...args] = stepCommand(pipeline, slug, { in: '/exchange/in', out: `/exchange/out/${slug}` });
  return {
    name: `step-${slug}`,
    metadata: { annotations: { 'galley/task': argoText(oneLine(task)) } },
    ...(timeoutSeconds !== undefined && { activeDeadlineSeconds: timeoutSeconds }),
    ...(waitSeconds.length > 0 && {
      retryStrategy: {
        limit: waitSeconds.length,
        backoff: { duration: `${waitSeconds[0]}s`, factor: Math.max(1, Math.round(waitFactor)) },
      },
    }),
    inputs: { artifacts: needs.map((need) => ({ name: need, path: `/exchange/in/${need}`, optional: true })) },
    outputs: { artifacts: [{ name: 'out', path: `/exchange/out/${slug}`, optional: true }] },
    container: {
      image: '{{workflow.parameters.image}}',
      command: [command],
      args: kind === 'approve' ? [...args, '--approved-by', 'a person in Argo'] : args,
      envFrom: [{ secretRef: { name: objectName(pipeline) } }],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  };
}

function cronWorkflow(pipeline: string, cron: string, timezone: string): Record<string, unknown> {
  return {
    apiVersion,
    kind: 'CronWorkflow',
    metadata: { name: objectName(pipeline) },
    spec: {
      schedules: [cron],
      timezone,
      concurrencyPolicy: 'Forbid',
      workflowSpec: { workflowTemplateRef: { name: objectName(pipeline) } },
    },
  };
}
