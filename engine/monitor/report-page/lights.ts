import { type Html, html } from '../../base/html.ts';
import type { MonitorReport } from '../../contract/monitor.ts';
import type { DeploymentQuality, Light } from '../../contract/monitor-quality.ts';

/** A coloured dot with its meaning in words for those who do not see it. */
export function light(state: Light): Html {
  return html`<span class="light ${state}" role="img" aria-label="${state}"></span>`;
}

export function verdictLight(verdict: string): Html {
  return light(verdict === 'drifted' ? 'warning' : verdict === 'stable' ? 'good' : 'unknown');
}

export interface ReportLight {
  name: string;
  state: Light;
  says: string;
}

/** What is good and what is not, in a line each. */
export function reportLights(report: MonitorReport, quality: DeploymentQuality | null): ReportLight[] {
  const open = report.alerts.filter(({ state }) => state !== 'resolved');
  return [
    ...(report.deployment === null ? [] : [performanceLight(report)]),
    driftLight(report),
    ...(quality ? [qualityLight(quality)] : []),
    ...(report.deployment === null
      ? []
      : [
          {
            name: 'Alerts',
            state: (open.some(({ severity }) => severity === 'bad')
              ? 'bad'
              : open.length > 0
                ? 'warning'
                : 'good') as Light,
            says: open.length === 0 ? 'None is open.' : open.map(({ title }) => title).join('; '),
          },
        ]),
  ];
}

function performanceLight({ limits, metric, performance }: MonitorReport): ReportLight {
  const value = performance?.metrics[metric.name] ?? null;
  if (limits === null || value === null) return { name: 'Performance', state: 'unknown', says: 'No labels yet.' };
  const isBad = metric.lowerIsBetter ? value > limits.bound : value < limits.bound;
  const says = isBad ? 'Worse than its limit.' : 'Within its limit.';
  return { name: 'Performance', state: isBad ? 'bad' : 'good', says };
}

function driftLight({ drift }: MonitorReport): ReportLight {
  const drifted = drift.columns.filter((column) => column.drifted).length;
  const isJudged = drift.columns.some(({ verdict }) => verdict !== 'too_few_rows');
  const state: Light = !isJudged
    ? 'unknown'
    : drift.drifted
      ? 'bad'
      : drifted > 0 || drift.multivariate.drifted
        ? 'warning'
        : 'good';
  return {
    name: 'Drift',
    state,
    says: isJudged ? `${drifted} of ${drift.columns.length} columns drifted.` : 'Too few rows.',
  };
}

function qualityLight({ checks }: DeploymentQuality): ReportLight {
  const worst = (['bad', 'warning'] as const).find((state) => checks.some((check) => check.light === state));
  const says = checks.filter((check) => check.light === worst).map((check) => check.says);
  return { name: 'Quality', state: worst ?? 'good', says: worst ? says.slice(0, 3).join(' ') : 'Nothing stands out.' };
}
