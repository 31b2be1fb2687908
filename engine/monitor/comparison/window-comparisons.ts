import { dayMilliseconds, isoTime } from '../../base/clock.ts';
import type { WindowComparison } from '../../contract/monitor-compare.ts';
import type { ColumnDrift } from '../../contract/monitor-drift.ts';
import type { RemovedPart } from '../../contract/monitor-removed.ts';
import type { DeploymentSpec, LogPart } from '../../deploy/index.ts';
import { predictionsOf } from '../../package/index.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { thinned } from '../../statistics/drift-columns.ts';
import { compareColumns, comparedRows } from '../drift.ts';
import { KeptAnswers } from '../kept-answers.ts';
import { knownLabels, labelDrift } from '../label-drift.ts';
import type { JudgeableRows } from '../performance/answered-rows.ts';
import type { Figures } from '../performance/figures.ts';
import type { JudgingRule } from '../performance/judging.ts';
import { loggedColumn } from '../performance/logged-input.ts';
import type { MeasuredLog, MeasuredLogs, MeasuringSources } from '../performance/measured-log.ts';
import { slicedColumns, slicingColumns } from '../performance/sliced-columns.ts';
import type { VersionReference } from '../reference.ts';
import { removedPart } from '../removed-part.ts';
import { comparisonWords } from './comparison-words.ts';
import { type ComparedRange, summedColumns } from './summed-columns.ts';

/** One of the two sides. */
interface Side {
  label: string;
  rows: number;
  labelled: number;
  /** Answers with what came true: of the holdout where the side is the version's reference. */
  answered: JudgeableRows;
  figures: Figures | null;
  /** What came true, as drift compares it. */
  known: DriftColumn;
  /** An input as drift compares it, at most so many rows. */
  column(name: string): Promise<DriftColumn>;
  /** The same, row by row of `answered`. */
  slicing(name: string): Promise<DriftColumn>;
  masked: ReadonlySet<string>;
}

/** Two windows of a deployment side by side. */
export class WindowComparisons {
  readonly #sources: MeasuringSources;
  readonly #logs: MeasuredLogs;
  readonly #kept = new KeptAnswers<WindowComparison>(8);

  constructor(sources: MeasuringSources, logs: MeasuredLogs) {
    this.#sources = sources;
    this.#logs = logs;
  }

  /** @param reference that of the deployed version where it is null. @throws GalleyError `call.canceled` */
  async of(
    spec: DeploymentSpec,
    reference: ComparedRange | null,
    current: ComparedRange,
    signal?: AbortSignal,
  ): Promise<WindowComparison> {
    const { deploy } = this.#sources;
    await deploy.collect(spec.id);
    const all = { since: null, until: null };
    return deploy.readLog(spec.id, all, async (parts) => {
      const now = await this.#measured(spec, parts, current, signal);
      const then = reference && (await this.#measured(spec, parts, reference, signal));
      const key = JSON.stringify([now.key, then?.key, this.#sources.profiles.store.revision]);
      return this.#kept.get(key, (work) => this.#compare(spec, { now, current, then, reference }, work), signal);
    });
  }

  #measured(
    spec: DeploymentSpec,
    parts: readonly LogPart[],
    { since, until }: ComparedRange,
    signal: AbortSignal | undefined,
  ): Promise<MeasuredLog> {
    const touched = parts.filter(
      ({ firstEventTime, lastEventTime }) => firstEventTime < until && lastEventTime >= since,
    );
    return this.#logs.of(spec, touched, { since, until }, signal);
  }

  async #compare(
    spec: DeploymentSpec,
    sides: { now: MeasuredLog; current: ComparedRange; then: MeasuredLog | null; reference: ComparedRange | null },
    signal: AbortSignal,
  ): Promise<WindowComparison> {
    const { now } = sides;
    const gone = {
      current: await removedPart(this.#sources, spec, sides.current),
      reference: sides.reference && (await removedPart(this.#sources, spec, sides.reference)),
    };
    const { profiles } = this.#sources;
    const { minimumRows } = now.limits;
    const sums = gone.current || gone.reference ? await summedColumns(profiles, spec, sides, minimumRows) : null;
    const version = now.reference;
    const { metric } = version.version;
    const current = await loggedSide(now, sides.current);
    const reference =
      sides.then && sides.reference
        ? await loggedSide(sides.then, sides.reference)
        : await this.#referenceSide(version, now.rule, signal);
    const masked = new Set([...current.masked, ...reference.masked]);
    const columns = sums?.columns ?? (await comparedColumns(now, reference, current, masked));
    const sliced = await slicedColumns(
      version,
      slicingColumns(version, masked),
      current.slicing,
      reference.slicing,
      signal,
    );
    const input = { rule: now.rule, metric, current: current.answered, reference: reference.answered, columns: sliced };
    const found = {
      metric,
      reference: sideView(reference, metric.name, minimumRows, gone.reference, sums?.rows.reference),
      current: sideView(current, metric.name, minimumRows, gone.current, sums?.rows.current),
      source: sums ? ('profile' as const) : ('rows' as const),
      columns,
      slices: await this.#sources.threads.measure('slices', input, signal),
    };
    return {
      deployment: spec.name,
      ...found,
      prediction: sums ? sums.prediction : predictionDrift(now, predictions(now, reference), predictions(now, current)),
      label: labelDrift(reference.known, current.known, driftSettings(now)),
      says: comparisonWords(found),
    };
  }

  async #referenceSide(version: VersionReference, rule: JudgingRule, signal: AbortSignal): Promise<Side> {
    const { holdouts, threads } = this.#sources;
    const answered = await holdouts.of(version);
    return {
      label: `${version.description}, figures of its holdout`,
      rows: answered.targets.length,
      labelled: answered.targets.filter((target) => !Number.isNaN(target)).length,
      answered,
      figures: await threads.measure('figures', { rule, rows: answered }, signal),
      known: version.label,
      column: async (name) => version.inputs.find((input) => input.name === name) as DriftColumn,
      slicing: (name) => holdouts.column(version, name),
      masked: new Set(),
    };
  }
}

async function loggedSide(measured: MeasuredLog, range: ComparedRange): Promise<Side> {
  const { answered, log, performance, reference, summary } = measured;
  const share = comparedRows / Math.max(1, summary.rows);
  return {
    label: rangeWords(range),
    rows: performance.whole.rows,
    labelled: performance.whole.labelled,
    answered,
    figures: performance.whole.realised,
    known: knownLabels(reference.signature, answered),
    column: (name) => loggedColumn(log, reference, name, share),
    slicing: (name) => loggedColumn(log, reference, name),
    masked: await log.masked(),
  };
}

async function comparedColumns(
  measured: MeasuredLog,
  reference: Side,
  current: Side,
  masked: ReadonlySet<string>,
): Promise<ColumnDrift[]> {
  const { signature, importance } = measured.reference;
  const columns: ColumnDrift[] = [];
  for (const { name, type } of signature.inputs) {
    if (masked.has(name)) continue;
    const settings = driftSettings(measured);
    const [then, now] = [await reference.column(name), await current.column(name)];
    columns.push(compareColumns(then, now, type, importance.get(name) ?? null, settings));
  }
  return columns;
}

function driftSettings({ limits, reference }: MeasuredLog) {
  return { definition: 'default', columnCount: reference.inputs.length, minimumRows: limits.minimumRows } as const;
}

/** Null where a side has too few rows. */
function predictionDrift(measured: MeasuredLog, then: DriftColumn, now: DriftColumn): ColumnDrift | null {
  const { minimumRows } = measured.limits;
  if (then.values.length < minimumRows || now.values.length < minimumRows) return null;
  const type = then.kind === 'text' ? 'text' : 'float64';
  return compareColumns(thinned(then, comparedRows), thinned(now, comparedRows), type, null, driftSettings(measured));
}

function predictions({ reference }: MeasuredLog, { answered }: Side): DriftColumn {
  const { answers: values, targets: target } = answered;
  return predictionsOf(reference.signature, { values, target });
}

function sideView(
  { label, rows, labelled, figures }: Side,
  metric: string,
  minimumRows: number,
  removed: RemovedPart | null,
  summedRows: number | null | undefined,
) {
  return {
    label,
    rows: summedRows ?? rows,
    labelled,
    metric: labelled < minimumRows ? null : (figures?.[metric] ?? null),
    ...(removed && { removed }),
  };
}

/** `2015-01-01 to 2015-03-31`, with times where a bound is no midnight. */
function rangeWords({ since, until }: ComparedRange): string {
  const isDays = since % dayMilliseconds === 0 && until % dayMilliseconds === 0;
  if (isDays) {
    const [first, last] = [since, until - 1].map((time) => isoTime(time).slice(0, 10));
    return first === last ? `${first}` : `${first} to ${last}`;
  }
  const [from, to] = [since, until].map((time) => isoTime(time).slice(0, 16).replace('T', ' '));
  return `${from} to ${to}`;
}
