import { type FrameColumn, selectValues } from '../../base/frame.ts';
import type { DataPhase } from '../../data/index.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { driftColumn } from '../../statistics/drift-columns.ts';
import type { TrainPhase } from '../../train/index.ts';
import { KeptAnswers } from '../kept-answers.ts';
import type { VersionReference } from '../reference.ts';
import type { JudgeableRows } from './answered-rows.ts';

export interface HoldoutSources {
  data: Pick<DataPhase, 'frame'>;
  train: Pick<TrainPhase, 'holdout' | 'rows'>;
}

/** Holdouts of model versions; a version never changes, so the latest few are kept in memory. */
export class Holdouts {
  readonly #sources: HoldoutSources;
  readonly #rows = new KeptAnswers<JudgeableRows>(4);
  readonly #columns = new KeptAnswers<FrameColumn>(20);

  constructor(sources: HoldoutSources) {
    this.#sources = sources;
  }

  /** Rows that a version was judged by before it answered anybody. @throws GalleyError of the train phase where the run is gone */
  of({ version }: VersionReference): Promise<JudgeableRows> {
    return this.#rows.get(version.runId, async () => {
      const { values, target } = this.#sources.train.holdout(version.runId);
      const width = target.length === 0 ? 1 : values.length / target.length;
      const targets = target.map((each, row) =>
        values.subarray(row * width, (row + 1) * width).every(Number.isFinite) ? each : Number.NaN,
      );
      return { answers: values, targets };
    });
  }

  /** An input of the same rows. @throws GalleyError of the data and train phases where rows are gone */
  input({ version }: VersionReference, name: string): Promise<FrameColumn> {
    return this.#columns.get(JSON.stringify([version.runId, name]), async () => {
      const { data, train } = this.#sources;
      const { positions } = train.holdout(version.runId);
      const frame = await data.frame(await train.rows(version.runId), [name]);
      return selectValues(frame.columns[0] as FrameColumn, positions);
    });
  }

  /** The same as drift and slices compare it. */
  async column(reference: VersionReference, name: string): Promise<DriftColumn> {
    return driftColumn(name, await this.input(reference, name));
  }
}
