import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { everyMonday, exported, fileOf, oddPipeline, ridershipPipeline } from './sample-pipelines.ts';

const whole = exported('argo', ridershipPipeline, { schedule: everyMonday });
const { metadata, spec } = parse(fileOf(whole, 'galley/ridership_daily/workflow.yaml'), { version: '1.1' });

interface Named {
  name: string;
  [member: string]: unknown;
}
const named = (list: Named[], name: string) => list.find((one) => one.name === name);
const [{ dag }] = spec.templates;
const tasks: Named[] = dag.tasks;

test('a schedule is a CronWorkflow in its own time zone, for a template of the same name', () => {
  const { spec: cron, kind } = parse(fileOf(whole, 'galley/ridership_daily/schedule.yaml'));
  expect(kind).toBe('CronWorkflow');
  expect(cron).toMatchObject({ schedules: ['0 6 * * 1'], timezone: 'Europe/Berlin', concurrencyPolicy: 'Forbid' });
  expect(cron.workflowSpec.workflowTemplateRef.name).toBe(metadata.name);
  expect(
    exported('argo', ridershipPipeline)
      .files.map(({ path }) => path)
      .join(),
  ).not.toContain('schedule.yaml');
});

test('each task has a template with its command, its inputs and its output', () => {
  const template = named(spec.templates, 'step-versions-trees') as never as { container: Record<string, unknown> };
  expect(template).toMatchObject({
    inputs: { artifacts: [{ name: 'fit-trees', path: '/exchange/in/fit-trees', optional: true }] },
    outputs: { artifacts: [{ name: 'out', path: '/exchange/out/versions-trees', optional: true }] },
  });
  expect(template.container).toMatchObject({
    command: ['galley'],
    envFrom: [{ secretRef: { name: 'galley-ridership-daily' } }],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  });
  expect(named(tasks, 'versions-trees')).toMatchObject({
    depends: 'fit-trees',
    arguments: { artifacts: [{ name: 'fit-trees', from: '{{tasks.fit-trees.outputs.artifacts.out}}' }] },
  });
});

test('limits, retries, what runs after a failure, and a person', () => {
  expect(named(spec.templates, 'step-fit-linear')).toMatchObject({
    activeDeadlineSeconds: 1800,
    retryStrategy: { limit: 3, backoff: { duration: '10s', factor: 2 } },
  });
  expect(named(tasks, 'tell')?.depends).toBe(
    ['gate', 'release']
      .map(
        (need) =>
          `(${['Succeeded', 'Failed', 'Errored', 'Skipped', 'Omitted'].map((state) => `${need}.${state}`).join(' || ')})`,
      )
      .join(' && '),
  );
  expect(named(tasks, 'ask--approval')).toMatchObject({ template: 'approval', depends: 'gate' });
  expect(named(tasks, 'ask')?.depends).toBe('gate && ask--approval');
  expect(named(spec.templates, 'approval')).toEqual({ name: 'approval', suspend: {} });
});

test('no text of a pipeline becomes an expression of Argo', () => {
  const text = fileOf(exported('argo', oddPipeline()), 'galley/class_/workflow.yaml');
  const odd = JSON.stringify(parse(text, { version: '1.1' }));
  for (const expression of odd.match(/\{\{.*?\}\}/g) ?? [])
    expect(expression).toMatch(/^\{\{(tasks\.[a-z0-9-]+\.outputs\.artifacts\.out|workflow\.parameters\.image)\}\}$/);
});
