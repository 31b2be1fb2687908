import { type Html, html } from '../../base/html.ts';
import { writeNumber } from '../../base/report-numbers.ts';
import { count, metricName } from '../../base/words.ts';
import type { MonitorReport } from '../../contract/monitor.ts';
import type { FairnessReport } from '../../contract/train-fairness.ts';
import { timeChart } from './time-chart.ts';

/** The main metric, the rows and the drift over time. */
export function timeSection({ drift, metric, limits, timeline, releases }: MonitorReport): Html {
  if (timeline.length === 0) return html``;
  const from = timeline.map((window) => window.from);
  const name = metricName(metric.name);
  const series = [
    {
      name: 'realised',
      drawn: 'line' as const,
      values: timeline.map((window) => window.metric),
      bands: timeline.map(({ interval }) => (interval ? ([interval[0], interval[1]] as [number, number]) : null)),
    },
    { name: 'estimated', drawn: 'line' as const, values: timeline.map(({ estimated }) => estimated?.value ?? null) },
  ];
  const drifted = [
    { name: 'columns that drifted', drawn: 'bars' as const, values: timeline.map((window) => window.drifted.length) },
  ];
  const errors = [
    {
      name: 'reconstruction error',
      drawn: 'line' as const,
      values: timeline.map((window) => window.reconstructionError),
    },
  ];
  const hasErrors = timeline.some((window) => window.reconstructionError !== null);
  const rows = [{ name: 'rows', drawn: 'bars' as const, values: timeline.map((window) => window.rows) }];
  return html`<section><h2>Over time</h2>
<figure><figcaption><b>${name}</b><span>by event time; bars are 95 % intervals, the dashed line is the limit</span><ul class="legend"><li class="c0">realised</li><li class="c1">estimated</li></ul></figcaption>${timeChart(from, series, `${name} over time`, limits?.bound)}</figure>
<figure><figcaption><b>Columns that drifted</b></figcaption>${timeChart(from, drifted, 'Columns that drifted over time')}</figure>
${hasErrors ? html`<figure><figcaption><b>Reconstruction error</b><span>of the inputs as a whole; the dashed line is where drift begins</span></figcaption>${timeChart(from, errors, 'Reconstruction error over time', drift.multivariate.reconstruction?.high)}</figure>` : ''}
<figure><figcaption><b>Rows</b></figcaption>${timeChart(from, rows, 'Rows over time')}</figure>
${releases.length > 0 ? html`<p>${releases.map(({ version, at }) => `Version ${version} from ${at.slice(0, 10)}`).join(', ')}.</p>` : ''}</section>`;
}

/** Every metric: on the holdout, realised and estimated, with intervals. */
export function performanceSection({ performance, estimated_performance: estimated }: MonitorReport): Html {
  if (!performance && !estimated) return html``;
  const names = [...new Set([...Object.keys(performance?.metrics ?? {}), ...Object.keys(estimated?.metrics ?? {})])];
  const rows = names.map(
    (name) =>
      html`<tr><th scope="row">${metricName(name)}</th><td class="number">${writeNumber(performance?.reference[name])}</td><td class="number">${withInterval(performance?.metrics[name], performance?.intervals[name])}</td><td class="number">${withInterval(estimated?.metrics[name], estimated?.intervals[name])}</td></tr>`,
  );
  const labelled = performance ? `Realised on ${count(performance.rows, 'labelled row')}. ` : 'No labels yet. ';
  const method = estimated
    ? `Estimated by ${estimated.method.toUpperCase()} from ${count(estimated.rows, 'row')}.`
    : '';
  return html`<section><h2>Performance</h2><p>${labelled}${method}</p><div class="scroll" tabindex="0" role="group" aria-label="Performance"><table><thead><tr><th scope="col">Metric</th><th scope="col" class="number">Holdout</th><th scope="col" class="number">Realised</th><th scope="col" class="number">Estimated</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function withInterval(value: number | null | undefined, interval: readonly number[] | undefined): string {
  if (value === null || value === undefined) return '–';
  return interval
    ? `${writeNumber(value)} (${writeNumber(interval[0])} to ${writeNumber(interval[1])})`
    : writeNumber(value);
}

const largestGroups = 30;

export function fairnessSection({ fairness }: MonitorReport): Html {
  if (!fairness || fairness.length === 0) return html``;
  return html`<section><h2>Fairness</h2>${fairness.map(fairnessTable)}</section>`;
}

function fairnessTable({ by, groups, says, differences }: FairnessReport): Html {
  const figures = [...new Set(groups.flatMap((group) => Object.keys(group.figures)))];
  const rows = groups
    .slice(0, largestGroups)
    .map(
      ({ group, n, tooSmall, figures: own }) =>
        html`<tr><th scope="row">${group}</th><td class="number">${writeNumber(n)}</td>${figures.map((name) => html`<td class="number">${tooSmall ? 'too few rows' : writeNumber(own[name]?.value)}</td>`)}</tr>`,
    );
  const told = Object.entries(differences).map(
    ([name, { value, low, high }]) =>
      html`<dt>${metricName(name)}</dt><dd>${withInterval(value, low === null || high === null ? undefined : [low, high])}</dd>`,
  );
  return html`<h3>${by}</h3><p>${says}</p><div class="scroll" tabindex="0" role="group" aria-label="Fairness by ${by}"><table><thead><tr><th scope="col">${by}</th><th scope="col" class="number">Rows</th>${figures.map((name) => html`<th scope="col" class="number">${metricName(name)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div><dl>${told}</dl>`;
}
