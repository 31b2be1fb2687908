import { type Frame, type FrameColumn, findColumn, frameKind } from '../../base/frame.ts';
import { targetReader } from '../../base/label-target.ts';
import type { Signature } from '../../contract/values.ts';
import { inputColumn } from '../../deploy/index.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { LoggedInput } from '../../monitor/index.ts';
import { scoreRows } from '../../package/index.ts';
import { openDuck } from '../../store/duck.ts';
import { readFrame } from '../../store/frames.ts';
import type { Comparison } from '../decision.ts';
import { judge, judgeAgainst, type Truth } from '../judge.ts';
import type { CompareInput } from '../judged-rows.ts';
import { knownRows } from './known-rows.ts';

export interface LabelledInput {
  match: CompareInput;
  /** Of `labelledRequests`. */
  file: string;
  /** As `labelledRequests` says them. */
  inputs: readonly LoggedInput[];
  /** What the champion was worth before, where it cannot answer the rows; null where it can. */
  reference: number | null;
  /** Counts requests as well that a model may have been trained on. */
  countKnown: boolean;
}

export interface LabelledFindings extends Comparison {
  /** Rows that were left out since one of the models was, or may have been, trained on them. */
  known: number;
}

/** Judges the challenger on labelled requests that it can answer, beside the champion or what that was worth before. */
export async function runLabelledJob(input: LabelledInput, job: JobContext): Promise<LabelledFindings> {
  const { match } = input;
  const { champion, challenger } = match;
  const stop = () => job.throwIfCanceled();
  job.progress({ phase: 'reading the requests', done: 0, total: 0 });
  const { times, labels, frameOf } = await readRequests(input, job);
  const known = input.countKnown ? [] : await knownRows(match, frameOf(challenger.signature), times, job);
  const rows = Int32Array.from(times.keys()).filter((row) => !known[row]);
  const left = times.length - rows.length;
  const truth = truthOf(
    match,
    Array.from(rows, (row) => labels[row] as string),
  );
  const answersOf = ({ onnx, signature }: CompareInput['champion']) =>
    scoreRows({ onnx, signature }, frameOf(signature), rows, stop);
  job.progress({ phase: 'scoring', done: 0, total: 2 });
  const { task, metric, seed } = match;
  const judgement = { task, metric, margin: 0, truth, challenger: await answersOf(challenger), seed };
  job.progress({ phase: 'scoring', done: 1, total: 2 });
  const found =
    input.reference === null
      ? judge({ ...judgement, champion: await answersOf(champion) }, stop)
      : judgeAgainst({ ...judgement, reference: input.reference }, stop);
  return { ...found, known: left };
}

interface Requests {
  /** UTC epoch milliseconds. */
  times: Float64Array;
  labels: readonly (string | null)[];
  /** The inputs of a signature, missing where the log has them not, or otherwise. */
  frameOf(signature: Signature): Frame;
}

async function readRequests({ match, file, inputs }: LabelledInput, job: JobContext): Promise<Requests> {
  const signatures = [match.challenger.signature, match.champion.signature];
  const duck = await openDuck({ allowed: [file], temporaryFolder: job.stagingFolder, threads: 1 });
  const connection = await duck.connect();
  try {
    const common = await readFrame(
      connection,
      [file],
      [
        { name: 'event_time', type: 'int64' },
        { name: 'label', type: 'text' },
      ],
    );
    const frames = new Map<Signature, Frame>();
    for (const signature of signatures) {
      const there = signature.inputs.filter(({ name, type }) =>
        inputs.some((input) => input.name === name && input.kind === frameKind(type)),
      );
      const logged = await readFrame(
        connection,
        [file],
        there.map(({ name, type }) => ({ name: inputColumn(name), type })),
      );
      const columns = signature.inputs.map(({ name, type }): FrameColumn => {
        const column = findColumn(logged, inputColumn(name));
        return column ? { ...column, name } : missingColumn(name, type, common.rows);
      });
      frames.set(signature, { rows: common.rows, columns });
    }
    const [times, labels] = common.columns as [FrameColumn, FrameColumn];
    return {
      times: times.values as Float64Array,
      labels: labels.values as (string | null)[],
      frameOf: (signature) => frames.get(signature) as Frame,
    };
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

function missingColumn(name: string, type: Signature['inputs'][number]['type'], rows: number): FrameColumn {
  const kind = frameKind(type);
  if (kind === 'text') return { name, type, kind, values: new Array<string | null>(rows).fill(null) };
  return { name, type, kind, values: new Float64Array(rows).fill(Number.NaN) };
}

function truthOf({ champion, challenger, task }: CompareInput, labels: readonly string[]): Truth {
  if (task === 'regression') return { kind: 'numbers', values: Float64Array.from(labels, Number) };
  const readers = [challenger, champion].map(({ signature }) => {
    const indexOf = targetReader(signature);
    return (label: string) => signature.classes?.[indexOf(label)];
  });
  const nameOf = (label: string) => readers.map((read) => read(label)).find((name) => name !== undefined) ?? label;
  return { kind: 'classes', values: labels.map(nameOf) };
}
