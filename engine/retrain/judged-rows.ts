import { type Frame, findColumn } from '../base/frame.ts';
import type { RowWindow, Split } from '../contract/train.ts';
import type { ColumnType, TaskKind } from '../contract/values.ts';
import type { JobContext } from '../jobs/job-process.ts';
import { commonRows, type ModelAnswers, type ModelFile, scoreRows } from '../package/index.ts';
import { openDuck } from '../store/duck.ts';
import { readFrame } from '../store/frames.ts';
import { type RowsToldApart, readTarget } from '../train/index.ts';
import type { RankingMetric, Truth } from './judge.ts';

/** A model, and which rows of a frame it was trained on. */
export interface Contestant extends ModelFile, RowsToldApart {
  window: RowWindow | null;
  split: Split;
}

/** A model and the rows that it comes from. */
export interface Contender extends Contestant {
  dataset: {
    identity: string;
    paths: string[];
    columns: { name: string; type: ColumnType }[];
    timeColumn: string | null;
  };
}

/** How two models are compared. */
export interface Contest<Side extends Contestant = Contestant> {
  task: TaskKind;
  target: string;
  metric: RankingMetric;
  margin: number;
  champion: Side;
  challenger: Side;
  /** Of the bootstrap. */
  seed: number;
}

export type CompareInput = Contest<Contender>;

/** The rows that neither model was trained on, what came true of them, and what both answer. */
export interface JudgedRows {
  /** All columns of the challenger's dataset. */
  frame: Frame;
  /** Positions in the frame. */
  rows: Int32Array;
  truth: Truth;
  champion: ModelAnswers;
  challenger: ModelAnswers;
}

/** Reads the rows and lets both models answer them. */
export async function judgedRows(input: CompareInput, job: JobContext): Promise<JudgedRows> {
  job.progress({ phase: 'reading the rows', done: 0, total: 0 });
  const [challenger, champion] = await readFrames(input.challenger, input.champion, job);
  return answeredOnRows(input, { challenger, champion }, job);
}

/**
 * The same of rows in memory.
 * @param frames all columns of the rows that each comes from.
 */
export async function answeredOnRows(
  contest: Contest,
  frames: { champion: Frame; challenger: Frame },
  job: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Promise<JudgedRows> {
  const { champion, challenger } = contest;
  const frame = frames.challenger;
  const target = readTruth(frame, contest);
  const common = commonRows({ ...challenger, frame }, { ...champion, frame: frames.champion });
  const rows = common.filter((row) => target.isKnown(row));
  const stop = () => job.throwIfCanceled();
  job.progress({ phase: 'scoring', done: 0, total: 2 });
  const ofChampion = await scoreRows(champion, frame, rows, stop);
  job.progress({ phase: 'scoring', done: 1, total: 2 });
  const ofChallenger = await scoreRows(challenger, frame, rows, stop);
  return { frame, rows, truth: target.of(rows), champion: ofChampion, challenger: ofChallenger };
}

/** All columns of both versions; the same frame twice where they are one. */
export async function readFrames(challenger: Contender, champion: Contender, job: JobContext): Promise<[Frame, Frame]> {
  const paths = [...challenger.dataset.paths, ...champion.dataset.paths];
  const duck = await openDuck({ allowed: paths, temporaryFolder: job.stagingFolder, threads: 1 });
  const connection = await duck.connect();
  try {
    const read = ({ dataset }: Contender) => readFrame(connection, dataset.paths, dataset.columns);
    const frame = await read(challenger);
    job.throwIfCanceled();
    return [frame, champion.dataset.identity === challenger.dataset.identity ? frame : await read(champion)];
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

/** What came true: of the rows whose target is there and, for classes, known to one of the models. */
function readTruth(frame: Frame, { target, champion, challenger }: Contest) {
  const column = findColumn(frame, target);
  if (column === undefined) throw new TypeError(`The column "${target}" is not in the challenger's data.`);
  const { classes, values } = readTarget(column);
  if (classes.length === 0) {
    return {
      isKnown: (row: number) => !Number.isNaN(values[row]),
      of: (rows: Int32Array): Truth => ({
        kind: 'numbers',
        values: Float64Array.from(rows, (row) => values[row] as number),
      }),
    };
  }
  const known = new Set([...(champion.signature.classes ?? []), ...(challenger.signature.classes ?? [])]);
  const name = (row: number) => classes[values[row] as number] ?? '';
  return {
    isKnown: (row: number) => !Number.isNaN(values[row]) && known.has(name(row)),
    of: (rows: Int32Array): Truth => ({ kind: 'classes', values: Array.from(rows, name) }),
  };
}
