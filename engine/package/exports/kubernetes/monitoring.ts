import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { resourceFolder } from '../../../base/entry.ts';
import { yamlFile } from '../yaml-file.ts';
import type { ClusterNames } from './names.ts';
import type { ServerResources } from './server-resources.ts';

interface RuleGroup {
  name: string;
  rules: { alert: string; expr: string; annotations: Record<string, string> }[];
}

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
  const path = join(resourceFolder(), 'exports', 'docker', 'monitoring', 'prometheus', 'alerts.yml');
  const { groups } = parse(readFileSync(path, 'utf8')) as { groups: RuleGroup[] };
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, labels },
    spec: {
      groups: groups.map((group) => ({
        ...group,
        name,
        rules: group.rules.map(({ expr, annotations, ...rest }) => ({
          ...rest,
          expr: ofCluster(expr, name, memoryLimitBytes),
          annotations: { ...annotations, runbook_url: runbookUrl(name, annotations.runbook_url) },
        })),
      })),
    },
  };
  return yamlFile(rule, {
    comment: 'The links lead to where runbook.md of this package is put: replace https://runbooks.example.com by that.',
  });
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
