import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { resourceFolder } from '../../../base/entry.ts';
import { defaultObjective } from '../../../contract/monitor-system.ts';
import { objectiveValues } from '../availability-bounds.ts';
import type { ExportSource } from '../exporter.ts';
import { dashboardUid, filledIn } from '../templates.ts';
import { yamlFile } from '../yaml-file.ts';
import type { ClusterNames } from './names.ts';
import type { ServerResources } from './server-resources.ts';

interface RuleGroup {
  name: string;
  rules: { expr: string; annotations?: Record<string, string> }[];
}

const folder = join(resourceFolder(), 'exports', 'docker', 'monitoring');
/** The sums come after the alerts, which read them: of each group its own interval stays. */
const ruleFiles = ['alerts.yml', 'recording.yml'];

/** What the operator of Prometheus scrapes, with the token that callers need. */
export function serviceMonitorFile({ name, labels, selector, secret }: ClusterNames): string {
  return yamlFile({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name, labels },
    spec: {
      selector: { matchLabels: selector },
      endpoints: [
        {
          port: 'http',
          path: '/metrics',
          interval: '30s',
          authorization: { type: 'Bearer', credentials: { name: secret, key: 'token' } },
        },
      ],
    },
  });
}

/** The rules of the Docker package for the pods of this Service, whose name is the job that the operator gives them. */
export function prometheusRuleFile({ name, labels }: ClusterNames, { memoryLimitBytes }: ServerResources): string {
  const groups = ruleFiles.flatMap((file) => {
    const text = filledIn(readFileSync(join(folder, 'prometheus', file), 'utf8'), objectiveValues(defaultObjective));
    return (parse(text) as { groups: RuleGroup[] }).groups;
  });
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, labels },
    spec: {
      groups: groups.map((group) => ({
        ...group,
        name: group.name.replace(/^galley/, name),
        rules: group.rules.map(({ expr, annotations, ...rest }) => ({
          ...rest,
          expr: ofCluster(expr, name, memoryLimitBytes),
          ...(annotations && {
            annotations: { ...annotations, runbook_url: runbookUrl(name, annotations.runbook_url) },
          }),
        })),
      })),
    },
  };
  return yamlFile(rule, {
    comment: 'The links lead to where runbook.md of this package is put: replace https://runbooks.example.com by that.',
  });
}

/** The runbook of the Docker package. */
export function runbookFile(): string {
  const text = readFileSync(join(resourceFolder(), 'exports', 'docker', 'runbook.md'), 'utf8');
  return filledIn(text, objectiveValues(defaultObjective));
}

/** The dashboard of the Docker package for these pods, as Grafana's sidecar for dashboards finds it. */
export function dashboardFile({ name, labels }: ClusterNames, { version: { model } }: ExportSource): string {
  const text = readFileSync(join(folder, 'grafana', 'dashboards', 'galley.json'), 'utf8');
  const values = { MODEL: model, UID: dashboardUid(name) };
  return yamlFile(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-dashboard`, labels: { ...labels, grafana_dashboard: '1' } },
      data: { [`${name}.json`]: filledIn(text, values).replaceAll('job=\\"galley\\"', `job=\\"${name}\\"`) },
    },
    { comment: 'Grafana of kube-prometheus-stack takes it by its label; into another one, import the JSON by hand.' },
  );
}

/** @param expr for the job `galley` and a container that may have 1 GB */
function ofCluster(expr: string, job: string, memoryLimitBytes: number): string {
  return expr
    .trim()
    .replaceAll('job="galley"', `job="${job}"`)
    .replace('> 0.9e9', `> ${Math.round(memoryLimitBytes * 0.9)}`);
}

function runbookUrl(name: string, link = ''): string {
  return `https://runbooks.example.com/${name}/${link}`;
}
