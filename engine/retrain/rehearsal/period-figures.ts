import { type FrameColumn, findColumn } from '../../base/frame.ts';
import type { Limits } from '../../contract/monitor.ts';
import type { ColumnDrift } from '../../contract/monitor-drift.ts';
import type { Estimate } from '../../contract/train-estimates.ts';
import {
  comparedRows,
  driftedShare,
  effectiveLimits,
  figuresOf,
  importantColumns,
  windowEffort,
} from '../../monitor/for-jobs.ts';
import { driftColumn, selectDriftRows, thinned } from '../../statistics/drift-columns.ts';
import {
  type ColumnSketch,
  type PreparedColumn,
  prepareColumn,
  sketchOfColumn,
  sketchOfReference,
} from '../../statistics/profile/column-sketch.ts';
import { driftOfSketches } from '../../statistics/profile/drift-of-sketches.ts';
import { referenceBins } from '../../statistics/profile/reference-bins.ts';
import { type Judged, metricOf, selectJudged } from '../../train/for-jobs.ts';
import type { RehearsedModel } from './rehearsed-model.ts';
import type { ServedPeriod } from './served-answers.ts';
import type { Stage } from './stage.ts';

/** What a model's answers to a period were worth, by all labels. */
export interface PeriodFigure extends Estimate {
  labelled: number;
}

/** The share of important columns that drifted, and what was judged. */
export interface PeriodDrift {
  share: number;
  drifted: string[];
  judged: number;
}

/** How a column of the training part is distributed, in the bins that rows are counted by. */
interface ReferenceSketch {
  prepared: PreparedColumn;
  sketch: ColumnSketch;
}

/**
 * Performance and drift of periods, by the measures of the monitor: drift from the sums that its servers keep, not row by row.
 * Each is measured once.
 */
export class PeriodFigures {
  readonly #stage: Stage;
  readonly #figures = new Map<string, PeriodFigure>();
  readonly #drifts = new Map<string, PeriodDrift | null>();
  readonly #references = new Map<string, ReferenceSketch[]>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** The limits of a version: what was set, else by its holdout. */
  limits(model: RehearsedModel): Limits {
    const { metric, limits } = this.#stage;
    return effectiveLimits({ metric, metrics: model.metrics }, limits);
  }

  /** In hindsight: by all labels, also by those that come late. */
  async figure(model: RehearsedModel, period: number): Promise<PeriodFigure> {
    const key = `${model.key} ${period}`;
    const known = this.#figures.get(key);
    if (known) return known;
    const judged = this.#judged(model, await this.#stage.answers.of(model, period), () => true);
    const { name } = this.#stage.metric;
    const labelled = judged.target.length;
    const estimate = labelled === 0 ? undefined : figuresOf(judged, windowEffort, name)[name];
    const figure = { ...(estimate ?? { value: null, low: null, high: null }), labelled };
    this.#figures.set(key, figure);
    return figure;
  }

  /** By the labels that are known by then; null where they are fewer than the limits want. */
  async known(model: RehearsedModel, period: number, now: number): Promise<number | null> {
    const answered = await this.#stage.answers.of(model, period);
    const judged = this.#judged(model, answered, (row) => this.#stage.rows.isLabelled(row, now));
    if (judged.target.length < this.limits(model).minimumRows) return null;
    return metricOf(judged, this.#stage.metric.name);
  }

  /** Drift of the answered rows of a period from those that a version was trained on; null where they are too few. */
  drift(model: RehearsedModel, period: number, rows: Int32Array): PeriodDrift | null {
    const key = `${model.key} ${period}`;
    const known = this.#drifts.get(key);
    if (known !== undefined) return known;
    const drift = this.#driftOf(model, rows);
    this.#drifts.set(key, drift);
    return drift;
  }

  #driftOf(model: RehearsedModel, rows: Int32Array): PeriodDrift | null {
    const { inputs } = model.signature;
    const options = { columnCount: inputs.length, minimumRows: this.limits(model).minimumRows };
    const references = this.#referencesOf(model);
    const columns = inputs.map(({ name, type }, index): ColumnDrift => {
      this.#stage.throwIfCanceled();
      const { prepared, sketch } = references[index] as ReferenceSketch;
      const column = driftColumn(name, findColumn(this.#stage.rows.frame, name) as FrameColumn);
      const current = sketchOfColumn(prepared, selectDriftRows(column, rows));
      const { kind: _, ...result } = driftOfSketches(sketch, current, options);
      return { ...result, type, importance: model.importance.get(name) ?? null };
    });
    const judged = importantColumns(columns).filter(({ verdict }) => verdict !== 'too_few_rows');
    if (judged.length === 0) return null;
    const drifted = judged.filter((column) => column.drifted).map(({ name }) => name);
    return { share: driftedShare(judged), drifted, judged: judged.length };
  }

  #referencesOf(model: RehearsedModel): ReferenceSketch[] {
    const known = this.#references.get(model.key);
    if (known) return known;
    const frame = model.frame();
    const references = model.signature.inputs.map(({ name }) => {
      const column = driftColumn(name, findColumn(frame, name) as FrameColumn);
      const training = thinned(selectDriftRows(column, model.training), comparedRows);
      const prepared = prepareColumn(referenceBins(training));
      return { prepared, sketch: sketchOfReference(prepared, training) };
    });
    this.#references.set(model.key, references);
    return references;
  }

  #judged(model: RehearsedModel, answered: ServedPeriod, isKnown: (row: number) => boolean): Judged {
    const { task, classes = [], threshold = 0.5 } = model.signature;
    const all: Judged = { task, classes, threshold, answers: { values: answered.values }, target: answered.targets };
    const positions: number[] = [];
    answered.rows.forEach((row, index) => {
      if (!Number.isNaN(answered.targets[index]) && isKnown(row)) positions.push(index);
    });
    return selectJudged(all, positions);
  }
}
