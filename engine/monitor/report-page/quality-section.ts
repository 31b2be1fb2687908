import { type Html, html } from '../../base/html.ts';
import { writeNumber } from '../../base/report-numbers.ts';
import { count } from '../../base/words.ts';
import type { MonitorReport } from '../../contract/monitor.ts';
import type { Alert } from '../../contract/monitor-alerts.ts';
import type { DeploymentQuality } from '../../contract/monitor-quality.ts';
import { light } from './lights.ts';

const largestList = 200;

/** What came in, how quickly it was answered, and what is wrong with it. */
export function qualitySection(
  { traffic, latency, quality, deployment }: MonitorReport,
  judged: DeploymentQuality | null,
): Html {
  const missing = Object.entries(quality.missing).filter(([, rows]) => rows > 0);
  const checks = (judged?.checks ?? []).filter((check) => check.light !== 'good').slice(0, largestList);
  return html`<section><h2>Quality and traffic</h2><dl>
<dt>Rows</dt><dd>${writeNumber(traffic.rows)}</dd>
${deployment === null ? '' : html`<dt>Requests</dt><dd>${writeNumber(traffic.requests)}, ${count(traffic.errors, 'error')}</dd><dt>Latency</dt><dd>median ${milliseconds(latency.p50)}, 95 % within ${milliseconds(latency.p95)}, 99 % within ${milliseconds(latency.p99)}</dd><dt>Flagged rows</dt><dd>${writeNumber(quality.flagged)}</dd>`}
<dt>Missing values</dt><dd>${
    missing.length === 0
      ? 'none'
      : missing
          .slice(0, largestList)
          .map(([name, rows]) => `${name} ${writeNumber(rows)}`)
          .join(', ')
  }</dd></dl>
${checks.length > 0 ? html`<ul class="plain">${checks.map((check) => html`<li>${light(check.light)} ${check.says}</li>`)}</ul>` : ''}</section>`;
}

function milliseconds(value: number | null): string {
  return value === null ? 'unknown' : `${writeNumber(value)} ms`;
}

/** What was raised, since when, and what contributed most. */
export function alertSection({ alerts, deployment }: MonitorReport): Html {
  if (deployment === null) return html``;
  if (alerts.length === 0) return html`<section><h2>Alerts</h2><p>None was raised.</p></section>`;
  return html`<section><h2>Alerts</h2><ul class="plain">${alerts.slice(0, largestList).map(alertItem)}</ul></section>`;
}

function alertItem({ title, detail, state, severity, since, contributions, lookAt }: Alert): Html {
  const most = contributions.slice(0, 5).map(({ says }) => says);
  const mark = light(state === 'resolved' ? 'good' : severity === 'bad' ? 'bad' : 'warning');
  return html`<li>${mark} <b>${title}</b> (${state}, since ${since.slice(0, 10)}). ${detail} ${most.join(' ')} ${lookAt}</li>`;
}
