import { html } from '../../base/html.ts';
import { count } from '../../base/words.ts';
import type { MonitorReport } from '../../contract/monitor.ts';
import type { DeploymentQuality } from '../../contract/monitor-quality.ts';
import { cardStyle, chartStyle, documentPage } from '../../package/index.ts';
import { driftSection } from './drift-section.ts';
import { explanations } from './explanations.ts';
import { light, reportLights } from './lights.ts';
import { fairnessSection, performanceSection, timeSection } from './performance-section.ts';
import { alertSection, qualitySection } from './quality-section.ts';

const pageStyle = `
.light { display: inline-block; width: 9px; height: 9px; border-radius: 50%; background: var(--chart-reference); }
.light.good { background: #2f9e63; } .light.warning { background: #d98a00; } .light.bad { background: #d23f3f; }
.lights { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 12px 0 0; padding: 0; list-style: none; }
.plain { padding: 0; list-style: none; } .plain li { margin: 0 0 6px; }
svg .then { fill: var(--chart-reference); fill-opacity: 0.55; }
figure { margin: 0 0 16px; }
`;

export interface ReportPageFacts {
  report: MonitorReport;
  /** Of a deployment. */
  quality: DeploymentQuality | null;
  /** ISO 8601. */
  madeAt: string;
  galleyVersion: string;
}

/** A report as one page that asks for nothing and runs nothing, light and dark, with binned data only. */
export function reportPage({ report, quality, madeAt, galleyVersion }: ReportPageFacts): string {
  const { deployment, model, version, since, until, traffic } = report;
  const heading = deployment === null ? 'Comparison of datasets' : `${deployment}: ${model}, version ${version}`;
  const span = since && until ? ` from ${since.slice(0, 10)} to ${until.slice(0, 10)}` : '';
  const lights = reportLights(report, quality).map(
    ({ name, state, says }) => html`<li>${light(state)} <b>${name}</b> ${says}</li>`,
  );
  const body = html`<div class="lead"><p>${count(traffic.rows, 'row')}${span}. Made ${madeAt.slice(0, 16).replace('T', ' ')} UTC with Galley ${galleyVersion}.${damagedText(report)}</p></div>
<ul class="lights">${lights}</ul>
${timeSection(report)}${performanceSection(report)}${driftSection(report.drift)}${fairnessSection(report)}${qualitySection(report, quality)}${alertSection(report)}
<section><h2>What the figures mean</h2><dl>${explanations.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl></section>`;
  return documentPage({
    kind: 'Monitoring report',
    title: `Monitoring report of ${deployment ?? 'datasets'}`,
    heading,
    style: `${cardStyle}${chartStyle}${pageStyle}`,
    body,
  });
}

function damagedText({ damaged }: MonitorReport): string {
  if (!damaged) return '';
  return ` ${count(damaged.segments, 'segment')} of the log ended early or could not be read, ${count(damaged.bytes, 'byte')} without a row.`;
}
