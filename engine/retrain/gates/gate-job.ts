import { systemClock } from '../../base/clock.ts';
import type { SliceJudgement } from '../../contract/retrain-artifacts.ts';
import type { ServedVersion } from '../../contract/serving.ts';
import type { ColumnType } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import { readFrame } from '../../store/frames.ts';
import { rawRows } from '../../train/index.ts';
import { type CompareInput, type JudgedRows, judgedRows } from '../judged-rows.ts';
import { type FairnessBound, type FairnessFound, measureFairness } from './fairness.ts';
import { compareGolden, type GoldenFound } from './golden.ts';
import { measureLatency } from './latency.ts';
import { judgeSlices } from './slices.ts';

/** What is to be measured; what is left out is not. */
export interface GateInput extends CompareInput {
  slices?: readonly string[];
  fairness?: FairnessBound;
  /** The rows with expected answers, and how far a number may be off. */
  golden?: { paths: string[]; columns: { name: string; type: ColumnType }[]; tolerance?: number };
  /** The challenger as it would be served. */
  latency?: ServedVersion;
}

export interface GateFindings {
  slices?: SliceJudgement[];
  fairness?: FairnessFound;
  golden?: GoldenFound;
  /** Milliseconds; null where no row could be sent. */
  latency?: number | null;
}

/** Rows that are sent in turn. */
const latencyRows = 100;

/** Measures what a gate asks of a challenger beside being better. */
export async function runGateJob(input: GateInput, job: JobContext): Promise<GateFindings> {
  const stop = () => job.throwIfCanceled();
  const needsRows = input.slices !== undefined || input.fairness !== undefined || input.latency !== undefined;
  const judged = needsRows ? await judgedRows(input, job) : undefined;
  return {
    ...(input.slices && judged && { slices: slicesOf(input, judged, job) }),
    ...(input.fairness && judged && { fairness: measureFairness(judged, input.fairness, input.seed) }),
    ...(input.golden && { golden: await goldenOf(input, input.golden, job) }),
    ...(input.latency && judged && { latency: await latencyOf(input, input.latency, judged, stop) }),
  };
}

function slicesOf(input: GateInput, judged: JudgedRows, job: JobContext): SliceJudgement[] {
  job.progress({ phase: 'judging slices', done: 0, total: 0 });
  const { task, metric, margin, seed, slices = [] } = input;
  const { truth, champion, challenger } = judged;
  return judgeSlices({ task, metric, margin, truth, champion, challenger, seed }, judged, slices, () =>
    job.throwIfCanceled(),
  );
}

async function goldenOf(
  { challenger }: GateInput,
  { paths, columns, tolerance }: NonNullable<GateInput['golden']>,
  job: JobContext,
): Promise<GoldenFound> {
  job.progress({ phase: 'answering golden rows', done: 0, total: 0 });
  const duck = await openDuck({ allowed: paths, temporaryFolder: job.stagingFolder, threads: 1 });
  const connection = await duck.connect();
  try {
    const frame = await readFrame(connection, paths, columns);
    return await compareGolden(challenger, frame, tolerance, () => job.throwIfCanceled());
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function latencyOf(
  { challenger }: GateInput,
  served: ServedVersion,
  { frame, rows }: JudgedRows,
  stop: () => void,
): Promise<number | null> {
  const sent = rawRows(frame, challenger.signature.inputs, rows.subarray(0, latencyRows));
  return measureLatency(served, sent, systemClock, stop);
}
