import { type Html, html } from '../../../base/html.ts';
import { standalonePage } from '../../../base/html-page.ts';
import { writeNumber } from '../../../base/report-numbers.ts';
import { count } from '../../../base/words.ts';
import type { Run, RunDetail } from '../../../contract/train.ts';
import type { CodeState } from '../../../contract/train-tracking.ts';
import { compareRuns } from '../comparison.ts';
import { chartsOf, intervalBar } from './report-charts.ts';
import { reportStyle } from './report-style.ts';

/** Runs that a report tells everything about; of further ones it has the line in the table. */
export const mostDetailed = 30;
const mostCompared = 6;

export interface ReportInput {
  title: string;
  project: string;
  /** ISO 8601. */
  madeAt: string;
  engine: string;
  runs: readonly Run[];
  /** Of the first runs, at most `mostDetailed`. */
  details: readonly RunDetail[];
}

/** A report in one HTML file, which asks for nothing: no script, no font, no picture. */
export function reportOf(input: ReportInput): string {
  const { title, project, madeAt, engine, runs, details } = input;
  const rest = runs.length - details.length;
  const body = html`<header><h1>${title}</h1><p class="second">${count(runs.length, 'run')} of the project ${project}, ${madeAt.slice(0, 16).replace('T', ' ')} UTC. Galley ${engine}.</p></header>
<section><h2>Runs</h2>${overview(runs)}${rest > 0 ? html`<p class="second">The first ${details.length} are told in full below.</p>` : ''}</section>
${details.length > 1 && details.length <= mostCompared ? comparison(details) : ''}
${details.map(article)}`;
  return standalonePage({ title, style: reportStyle, body });
}

function overview(runs: readonly Run[]): Html {
  const ranges = new Map([...Map.groupBy(runs, rangeKey)].map(([key, comparable]) => [key, rangeOf(comparable)]));
  const rows = runs.map((run) => {
    const score = run.metrics[run.metric.name] ?? null;
    const [low, high] = ranges.get(rangeKey(run)) as [number, number];
    return html`<tr><th scope="row" class="number">#${run.number}</th><td>${run.name ?? ''}</td><td>${run.learner}</td><td>${run.target}</td><td>${run.dataset.name} v${run.dataset.version}</td><td>${run.metric.name}</td><td class="number">${writeNumber(score)}</td><td>${intervalBar(score, run.intervals[run.metric.name], low, high)}</td><td class="number">${run.holdoutLooks}</td><td class="number">${run.createdAt.slice(0, 10)}</td></tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th class="number">Run</th><th>Name</th><th>Learner</th><th>Predicts</th><th>From</th><th>Ranked by</th><th class="number">Holdout</th><th>95 % interval</th><th class="number">Looks before</th><th class="number">Made</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Only values of one metric on one target share an axis. */
function rangeKey(run: Run): string {
  return `${run.metric.name}\n${run.target}`;
}

function rangeOf(runs: readonly Run[]): [number, number] {
  const ends = runs.flatMap((run) => [run.metrics[run.metric.name], ...(run.intervals[run.metric.name] ?? [])]);
  const known = ends.filter((value) => typeof value === 'number');
  const low = Math.min(...known);
  const high = Math.max(...known);
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function comparison(details: readonly RunDetail[]): Html {
  const { differences, features } = compareRuns(details);
  const shown = differences.filter(({ path }) => !path.startsWith('metrics.') && path !== 'recipe.features');
  const head = details.map(({ run }) => html`<th scope="col">#${run.number} ${run.learner}</th>`);
  const rows = [
    ...shown.map(
      ({ path, values }) =>
        html`<tr><th scope="row">${pathInWords(path)}</th>${values.map((value) => html`<td>${writeValue(value)}</td>`)}</tr>`,
    ),
    ...features.map(
      (feature) =>
        html`<tr><th scope="row">column ${feature.name}</th>${feature.in.map((has) => html`<td>${has ? 'yes' : '–'}</td>`)}</tr>`,
    ),
  ];
  const table =
    rows.length === 0
      ? html`<p>Recipes and environments are the same.</p>`
      : html`<div class="scroll"><table class="differences"><thead><tr><th></th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<section><h2>What differs</h2>${table}</section>`;
}

/** `max leaves` of `recipe.parameters.max_leaves`, `libraries onnxruntime` of `environment.libraries.onnxruntime`. */
function pathInWords(path: string): string {
  return path.replace(/^(recipe\.parameters|recipe|environment)\./, '').replaceAll(/[._]/g, ' ');
}

function article(detail: RunDetail): Html {
  const { run, recipe, tracking, warnings } = detail;
  const tags = Object.entries(tracking.tags).map(
    ([key, value]) => html`<span class="tag">${value === '' ? key : `${key}: ${value}`}</span>`,
  );
  return html`<article id="run-${run.number}">
<h2>#${run.number} ${run.learner}${tracking.name === null ? '' : html`, ${tracking.name}`}</h2>
<p class="second">Predicts ${run.target} from ${run.dataset.name}, version ${run.dataset.version}: trained on ${count(run.rows.training, 'row')}, judged on ${count(run.rows.holdout, 'row')}. Made ${run.createdAt.slice(0, 16).replace('T', ' ')} UTC.</p>
${tags.length > 0 ? html`<p>${tags}</p>` : ''}
${tracking.note === '' ? '' : html`<div class="note">${tracking.note}</div>`}
${tracking.holdout.warning === null ? html`<p class="second">${count(tracking.holdout.looks, 'run was', 'runs were')} judged on this holdout before.</p>` : html`<div class="warning">${tracking.holdout.warning}</div>`}
${warnings.map(({ message }) => html`<p class="warning">${message}</p>`)}
<h3>Metrics of the holdout</h3>${metrics(run)}
<div class="charts">${chartsOf(detail)}</div>
<h3>Made with</h3>${environment(detail)}
<h3>Recipe</h3><p class="second">${detail.recipeHash}</p><pre>${JSON.stringify(recipe, null, 2)}</pre>
</article>`;
}

function metrics(run: Run): Html {
  const rows = Object.entries(run.metrics).map(([name, value]) => {
    const [low, high] = run.intervals[name] ?? [];
    const interval = low === undefined || high === undefined ? '' : `${writeNumber(low)} to ${writeNumber(high)}`;
    return html`<tr><th scope="row">${name}</th><td class="number">${writeNumber(value)}</td><td class="number">${interval}</td></tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th>Metric</th><th class="number">Value</th><th class="number">95 % interval</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function environment({ environment: made }: RunDetail): Html {
  const libraries = Object.entries(made.libraries ?? {}).map(([name, version]) => `${name} ${version}`);
  const lines: [string, string | undefined][] = [
    ['Galley', made.galley],
    ['Node', made.node],
    ['Platform', made.platform],
    ['Processor', made.cpu && `${made.cpu.model}, ${count(made.cpu.cores, 'core')}`],
    ['Libraries', libraries.join(', ')],
    ['Code', made.code && codeText(made.code)],
  ];
  return html`<dl>${lines.map(([title, text]) => (text ? html`<dt>${title}</dt><dd>${text}</dd>` : ''))}</dl>`;
}

function codeText({ commit, branch, dirty, changedFiles, untrackedFiles, problem }: CodeState): string {
  if (commit === null) return problem ?? 'unknown';
  const state =
    dirty === null ? (problem ?? 'unknown') : dirty ? `${count(changedFiles ?? 0, 'file')} changed` : 'clean';
  const untracked = untrackedFiles ? `, ${count(untrackedFiles, 'file')} that git does not follow` : '';
  return `commit ${commit}${branch === null ? '' : ` on ${branch}`}, ${state}${untracked}`;
}

const shownOfHash = 'sha256:'.length + 12;

/** A hash in short: each run's recipe stands below as a whole. */
function writeValue(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string' && value.startsWith('sha256:')) return `${value.slice(0, shownOfHash)}…`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
