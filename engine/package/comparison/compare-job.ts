import { type Frame, findColumn } from '../../base/frame.ts';
import type { VersionComparison } from '../../contract/package-comparison.ts';
import type { RowWindow, Split } from '../../contract/train.ts';
import type { ColumnType, Signature, TaskKind } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import { readFrame } from '../../store/frames.ts';
import { type RowsToldApart, rawRows, rawValue } from '../../train/index.ts';
import { commonRows, holdoutPositions, sharedUnits, type TrainingRows } from './common-rows.ts';
import {
  type ComparedAnswers,
  compareAnswers,
  disagreementByColumn,
  largestDifferences,
  summarize,
} from './disagreement.ts';
import { type ModelFile, scoreRows } from './score.ts';
import { measureSpeed } from './speed.ts';

/** Files of rows with their columns. */
export interface RowFiles {
  reference: string;
  paths: string[];
  columns: { name: string; type: ColumnType }[];
}

/** Rows that a version comes from, as its run divided them. */
export interface TrainedOn extends RowsToldApart {
  dataset: RowFiles;
  window: RowWindow | null;
  split: Split;
}

export interface ComparisonInput {
  task: TaskKind;
  target: string;
  a: ModelFile;
  b: ModelFile;
  /** Null where the dataset is gone. */
  older: TrainedOn | null;
  newer: TrainedOn | null;
  /** Rows to compare on; those of the newer one where null. */
  on: RowFiles | null;
  /** Inputs whose values are shown to nobody. */
  hidden: string[];
}

export type ComparisonOutput = Pick<VersionComparison, 'speed' | 'predictions'> & { sharedRows: number | null };

/** So many rows tell where two versions disagree; more would only take longer. */
const mostRows = 20_000;

/** Lets two versions answer the same rows, and measures how long they take. */
export async function runComparisonJob(input: ComparisonInput, job: JobContext): Promise<ComparisonOutput> {
  const stop = () => job.throwIfCanceled();
  job.progress({ phase: 'reading the rows', done: 0, total: 4 });
  const chosen = await chooseRows(input, job);
  const { frame, positions } = chosen;
  job.progress({ phase: 'scoring', done: 1, total: 4 });
  const ofA = await scoreRows(input.a, frame, positions, stop);
  const ofB = await scoreRows(input.b, frame, positions, stop);
  job.progress({ phase: 'comparing', done: 2, total: 4 });
  const answers = compareAnswers(input.task, input.target, ofA, ofB);
  const predictions = { task: input.task, rows: chosen.rows, ...describe(input, chosen, answers) };
  job.progress({ phase: 'measuring the speed', done: 3, total: 4 });
  const timed = (model: ModelFile) => ({
    ...model,
    rows: rawRows(frame, model.signature.inputs, positions.subarray(0, 256)),
  });
  const speed = await measureSpeed(timed(input.a), timed(input.b), stop);
  return { speed, predictions, sharedRows: chosen.sharedRows };
}

interface ChosenRows {
  frame: Frame;
  positions: Int32Array;
  sharedRows: number | null;
  rows: VersionComparison['predictions']['rows'];
}

async function chooseRows({ on, older, newer }: ComparisonInput, job: JobContext): Promise<ChosenRows> {
  const wanted = [on, newer?.dataset, older?.dataset].filter((one): one is RowFiles => !!one);
  const frames = await readFrames(wanted, job);
  const trained = (one: TrainedOn | null): TrainingRows | null =>
    one && { ...one, frame: frames.get(filesOf(one.dataset)) as Frame };
  const [ofNewer, ofOlder] = [trained(newer), trained(older)];
  const sharedRows = ofNewer && ofOlder ? sharedUnits(ofNewer, ofOlder) : null;
  const choose = (frame: Frame, reference: string, all: Int32Array, words: string): ChosenRows => {
    const positions = thinned(all);
    return {
      frame,
      positions,
      sharedRows,
      rows: { reference, count: positions.length, of: all.length, chosen: words },
    };
  };
  if (on) {
    const frame = frames.get(filesOf(on)) as Frame;
    return choose(
      frame,
      on.reference,
      Int32Array.from({ length: frame.rows }, (_, row) => row),
      'rows of that dataset; either may have been trained on them',
    );
  }
  const { dataset } = newer as TrainedOn;
  const { frame } = ofNewer as TrainingRows;
  const neither = ofOlder ? commonRows(ofNewer as TrainingRows, ofOlder) : new Int32Array();
  if (neither.length > 0) return choose(frame, dataset.reference, neither, 'rows that neither was trained on');
  const held = holdoutPositions(ofNewer as TrainingRows);
  return choose(
    frame,
    dataset.reference,
    held,
    'held-out rows of the newer one; the other may have been trained on them',
  );
}

/** What tells rows apart: a run that was judged by another dataset has the files of both. */
function filesOf({ paths }: RowFiles): string {
  return paths.join('\n');
}

/** By `filesOf`. */
async function readFrames(files: readonly RowFiles[], job: JobContext): Promise<Map<string, Frame>> {
  const duck = await openDuck({
    allowed: files.flatMap(({ paths }) => paths),
    temporaryFolder: job.stagingFolder,
    threads: 1,
  });
  const connection = await duck.connect();
  const frames = new Map<string, Frame>();
  try {
    for (const one of files) {
      job.throwIfCanceled();
      if (frames.has(filesOf(one))) continue;
      frames.set(filesOf(one), await readFrame(connection, one.paths, one.columns));
    }
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
  return frames;
}

/** Evenly over all rows. */
function thinned(positions: Int32Array): Int32Array {
  if (positions.length <= mostRows) return positions;
  const step = positions.length / mostRows;
  return Int32Array.from({ length: mostRows }, (_, index) => positions[Math.floor(index * step)] as number);
}

function describe(
  { a, b, hidden }: ComparisonInput,
  { frame, positions }: ChosenRows,
  answers: ComparedAnswers,
): Omit<VersionComparison['predictions'], 'task' | 'rows'> {
  const columns = inputNames(a.signature, b.signature);
  const answer = (which: 'a' | 'b', row: number) => ({
    label: answers.labels?.[which][row] ?? null,
    value: answers[which][row] as number,
  });
  const open = columns.filter((name) => !hidden.includes(name));
  return {
    answer: answers.answer,
    ...summarize(answers),
    columns,
    hidden: columns.filter((name) => hidden.includes(name)),
    largest: largestDifferences(answers).map((row) => ({
      row: positions[row] as number,
      inputs: columns.map((name) => {
        const column = hidden.includes(name) ? undefined : findColumn(frame, name);
        return column ? rawValue(column, positions[row] as number) : null;
      }),
      a: answer('a', row),
      b: answer('b', row),
      difference: answers.differences[row] as number,
    })),
    byColumn: disagreementByColumn(answers, frame, positions, open),
  };
}

/** Of both, each once. */
export function inputNames(...signatures: readonly Signature[]): string[] {
  return [...new Set(signatures.flatMap(({ inputs }) => inputs.map(({ name }) => name)))];
}
