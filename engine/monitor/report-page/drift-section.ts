import { type Html, html } from '../../base/html.ts';
import { writeNumber } from '../../base/report-numbers.ts';
import { count } from '../../base/words.ts';
import type { ColumnDrift, ReportedDrift } from '../../contract/monitor-drift.ts';
import type { MultivariateDrift } from '../../contract/monitor-multivariate.ts';
import { verdictLight } from './lights.ts';

/** Rows of the table, and how many of them have a picture: a page stays below 2 MB with thousands of columns. */
const largestTable = 600;
const largestPictures = 200;
const largestBins = 24;
const longestLabel = 60;

/** The columns, those that drifted first, each with a small picture of its bins then and now. */
export function driftSection(drift: ReportedDrift): Html {
  const { columns, prediction, label, notCompared, multivariate, reference } = drift;
  const ordered = [...(prediction ? [prediction] : []), ...(label ? [label] : []), ...columns.toSorted(byWeight)];
  const shown = ordered.slice(0, largestTable);
  const rest = ordered.length - shown.length;
  return html`<section><h2>Drift</h2>
<p>Beside ${reference}. ${count(columns.filter(({ drifted }) => drifted).length, 'column')} of ${columns.length} drifted; grey bars are the reference, blue ones the rows of this report.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Drift of each column"><table><thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">Verdict</th><th scope="col">Test</th><th scope="col" class="number">Score</th><th scope="col" class="number">Threshold</th><th scope="col" class="number">By sampling</th><th scope="col" class="number">Importance</th><th scope="col">Then and now</th></tr></thead><tbody>
${shown.map((column, index) => columnRow(column, index < largestPictures))}
</tbody></table></div>
${rest > 0 ? html`<p>${count(rest, 'further column')} are left out of this page; <code>--json</code> has them.</p>` : ''}
${notCompared.length > 0 ? html`<p>Not compared: ${notCompared.map(({ name, reason }) => `${name} (${reason.replaceAll('_', ' ')})`).join(', ')}.</p>` : ''}
${multivariateText(multivariate)}</section>`;
}

function byWeight(one: ColumnDrift, other: ColumnDrift): number {
  return Number(other.drifted) - Number(one.drifted) || (other.importance ?? 0) - (one.importance ?? 0);
}

function columnRow(column: ColumnDrift, hasPicture: boolean): Html {
  const { name, type, verdict, test, score, threshold, samplingLimit, importance, reasons } = column;
  const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
  const number = (value: number | null) => html`<td class="number">${writeNumber(value)}</td>`;
  return html`<tr><th scope="row">${cut(name)}</th><td>${type}</td><td>${verdictLight(verdict)} ${verdict.replaceAll('_', ' ')}${why}</td><td>${test}</td>${number(score)}${number(threshold)}${number(samplingLimit)}${number(importance)}<td>${hasPicture ? picture(column) : ''}</td></tr>
`;
}

const drawing = { width: 168, height: 36 };

function picture({ name, bins }: ColumnDrift): Html | string {
  const shown = bins.slice(0, largestBins);
  if (shown.length === 0) return '';
  const most = Math.max(...shown.flatMap(({ reference, current }) => [reference, current]), 1e-9);
  const step = drawing.width / shown.length;
  const bars = shown.map(({ label, reference, current }, index) => {
    const bar = (share: number, kind: string, offset: number) => {
      const high = place((share / most) * (drawing.height - 2));
      return html`<rect class="${kind}" x="${place(index * step + offset)}" y="${place(drawing.height - high)}" width="${place(Math.max(0.8, step * 0.42))}" height="${high}"/>`;
    };
    return html`<g><title>${cut(label)}: ${percent(reference)} then, ${percent(current)} now</title>${bar(reference, 'then', 0)}${bar(current, 'fill', step * 0.44)}</g>`;
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${drawing.width} ${drawing.height}" width="${drawing.width}" height="${drawing.height}" role="img" aria-label="Shares of ${cut(name)} then and now">${bars}</svg>`;
}

function reconstructionText(found: NonNullable<MultivariateDrift['reconstruction']>): string {
  const { error, reference, low, high, samplingLow, samplingHigh } = found;
  const between = (from: number, to: number) => `between ${writeNumber(from)} and ${writeNumber(to)}`;
  return `Reconstruction error ${writeNumber(error)}, of the reference ${writeNumber(reference)}; expected ${between(low, high)}, by sampling alone ${between(samplingLow, samplingHigh)}.`;
}

function multivariateText({ verdict, columns, reconstruction, domain }: MultivariateDrift): Html {
  if (!domain) {
    return html`<h3>As a whole</h3><p>${verdict === 'too_few_columns' ? 'Fewer than two columns can be compared as a whole.' : 'There are too few rows to compare the columns as a whole.'}</p>`;
  }
  return html`<h3>As a whole</h3><p>${verdictLight(verdict)} ${count(columns, 'column')} together: ${verdict}.</p><dl>
<dt>Principal components</dt><dd>${reconstruction ? reconstructionText(reconstruction) : 'They keep all of a row, so that no error can be compared.'}</dd>
<dt>Domain classifier</dt><dd>Area ${writeNumber(domain.area)}; drift from ${writeNumber(domain.threshold)} on, by sampling alone up to ${writeNumber(domain.samplingLimit)}.</dd></dl>`;
}

function percent(share: number): string {
  return `${writeNumber(Number((100 * share).toPrecision(3)))} %`;
}

function cut(text: string): string {
  return text.length > longestLabel ? `${text.slice(0, longestLabel - 1)}…` : text;
}

function place(value: number): number {
  return Math.round(value * 10) / 10;
}
