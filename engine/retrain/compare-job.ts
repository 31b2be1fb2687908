import { type Frame, findColumn } from '../base/frame.ts';
import type { RowWindow, Split } from '../contract/train.ts';
import type { ColumnType, TaskKind } from '../contract/values.ts';
import type { JobContext } from '../jobs/job-process.ts';
import { commonRows, type ModelFile, scoreRows } from '../package/index.ts';
import { openDuck } from '../store/duck.ts';
import { readFrame } from '../store/frames.ts';
import { type RowsToldApart, readTarget } from '../train/index.ts';
import type { Comparison } from './decision.ts';
import { judge, type RankingMetric, type Truth } from './judge.ts';

/** A model, and which rows of a frame it was trained on. */
export interface Contestant extends ModelFile, RowsToldApart {
  window: RowWindow | null;
  split: Split;
}

/** A model and the rows that it comes from. */
export interface Contender extends Contestant {
  dataset: { identity: string; paths: string[]; columns: { name: string; type: ColumnType }[] };
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

/** Judges champion and challenger on the rows that neither was trained on. */
export async function runCompareJob(input: CompareInput, job: JobContext): Promise<Comparison> {
  const { champion, challenger } = input;
  job.progress({ phase: 'reading the rows', done: 0, total: 0 });
  const [challengerFrame, championFrame] = await readFrames(challenger, champion, job);
  return compareOnRows(input, { challenger: challengerFrame, champion: championFrame }, job);
}

/**
 * The same on rows in memory.
 * @param frames all columns of the rows that each comes from.
 */
export async function compareOnRows(
  input: Contest,
  frames: { champion: Frame; challenger: Frame },
  job: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Promise<Comparison> {
  const { champion, challenger } = input;
  const { challenger: challengerFrame, champion: championFrame } = frames;
  const target = readTruth(challengerFrame, input);
  const common = commonRows({ ...challenger, frame: challengerFrame }, { ...champion, frame: championFrame });
  const rows = common.filter((row) => target.isKnown(row));
  const stop = () => job.throwIfCanceled();
  job.progress({ phase: 'scoring', done: 0, total: 2 });
  const championAnswers = await scoreRows(champion, challengerFrame, rows, stop);
  job.progress({ phase: 'scoring', done: 1, total: 2 });
  const challengerAnswers = await scoreRows(challenger, challengerFrame, rows, stop);
  job.progress({ phase: 'comparing', done: 0, total: 0 });
  const { task, metric, margin, seed } = input;
  const truth = target.of(rows);
  return judge({ task, metric, margin, truth, champion: championAnswers, challenger: challengerAnswers, seed }, stop);
}

/** All columns of both versions; the same frame twice where they are one. */
async function readFrames(challenger: Contender, champion: Contender, job: JobContext): Promise<[Frame, Frame]> {
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
