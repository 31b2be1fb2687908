import { dayMilliseconds, isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import { figure } from '../../base/figures.ts';
import { type Frame, findColumn } from '../../base/frame.ts';
import { count, metricName } from '../../base/words.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { DatasetArtifact } from '../../contract/retrain-artifacts.ts';
import type { Recipe, Run, RunDetail, trainCalls } from '../../contract/train.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { recipeHash, requireTrainedHere } from '../../train/index.ts';
import { durationOf } from '../definition/duration.ts';
import { inputOf, type StepRequest, type StepResult, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { type BacktestWindow, backtestWindows } from './backtest-windows.ts';
import { referenceOf } from './dataset-artifact.ts';
import { noTimeColumn } from './row-window.ts';
import { trainedAgain } from './train-step.ts';

/** What a step of the kind `backtest` says beside its inputs. */
interface BacktestMembers {
  like: string;
  every: string;
  window?: string;
}

/** With fewer rows a model can neither be trained nor judged. */
const fewestRows = 10;
/** Each is a training of its own. */
const mostWindows = 100;
/** Times that are looked at, also where too few rows came then. */
const mostTimes = 10_000;

interface Judged {
  window: BacktestWindow;
  run: Run;
}

/** Replays dated rows: trains at every interval as the model was trained, on what was there then, and judges by what came next. */
export function backtestStep(tools: StepPhases): StepRunner {
  return {
    identity: async ({ task }) => ({
      like: recipeHash((await likeRun(tools, task.members as unknown as BacktestMembers)).recipe),
    }),
    run: async (request) => {
      const like = await likeRun(tools, request.task.members as unknown as BacktestMembers);
      requireTrainedHere({ number: like.run.number, recipe: like.recipe });
      const { column, windows } = await windowsOf(tools, request, like.recipe);
      const judged: Judged[] = [];
      for (const [index, window] of windows.entries()) {
        request.progress(`${isoTime(window.at).slice(0, 10)}, ${index + 1} of ${windows.length}`);
        const run = await trainedThen(tools, request, like, column, window);
        judged.push({ window, run });
        request.log(lineOf(judged.at(-1) as Judged));
      }
      return resultOf(judged);
    },
  };
}

/** @throws GalleyError of package */
async function likeRun({ phases }: StepPhases, { like }: BacktestMembers): Promise<RunDetail> {
  const { version } = await phases.packages.handlers.show({ reference: like });
  return phases.train.handlers.show({ run: version.runId });
}

/** @throws GalleyError `retrain.no_time_column`, `retrain.nothing_to_replay` */
async function windowsOf(
  { phases }: StepPhases,
  request: StepRequest,
  { target }: Recipe,
): Promise<{ column: string; windows: BacktestWindow[] }> {
  const data = inputOf(request, 'data', 'dataset');
  const { every, window } = request.task.members as unknown as BacktestMembers;
  const version = await phases.data.open(referenceOf(data));
  const column = version.timeColumn;
  if (column === null) throw noTimeColumn(data.dataset);
  const isDate = version.schema.find(({ name }) => name === column)?.type === 'date';
  const times = timesWithTarget(await phases.data.frame(version, [column, target]), column, target);
  const first = times.reduce((earliest, time) => Math.min(earliest, time), Number.POSITIVE_INFINITY);
  const last = times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  const end = last + (isDate ? dayMilliseconds : 1);
  const looks = Math.floor((end - first) / durationOf(every));
  if (looks > mostTimes)
    throw notReplayed(data, `it would be looked at ${looks} times, and at most ${mostTimes} are possible`);
  const all = backtestWindows(times, end, durationOf(every), window === undefined ? null : durationOf(window));
  const windows = all.filter(({ trained, judged }) => trained >= fewestRows && judged >= fewestRows);
  for (const { at } of all.filter((one) => !windows.includes(one)))
    request.log(`${isoTime(at).slice(0, 10)}: left out, with fewer than ${fewestRows} rows before or after`);
  requireSome(data, windows.length);
  return { column, windows };
}

function timesWithTarget(frame: Frame, column: string, target: string): Float64Array {
  const [times, targets] = [findColumn(frame, column)?.values ?? [], findColumn(frame, target)?.values ?? []];
  const isKnown = (value: number | string | null | undefined) =>
    typeof value === 'number' ? Number.isFinite(value) : value !== null && value !== undefined;
  return Float64Array.from(times as Float64Array).filter((time, row) => !Number.isNaN(time) && isKnown(targets[row]));
}

function requireSome(data: DatasetArtifact, windows: number): void {
  if (windows === 0) throw notReplayed(data, `no time has ${fewestRows} rows with a target before it and after it`);
  if (windows > mostWindows)
    throw notReplayed(data, `it would be trained ${windows} times, and at most ${mostWindows} are possible`);
}

function notReplayed(data: DatasetArtifact, what: string): GalleyError {
  const message = `${referenceOf(data)} cannot be replayed: ${what}.`;
  return new GalleyError('retrain.nothing_to_replay', message, { details: { dataset: data.dataset } });
}

/** The run goes out of sight: it is of a time that is over. */
async function trainedThen(
  tools: StepPhases,
  request: StepRequest,
  { recipe: { rowIdentity: _, ...recipe }, run: { metric } }: RunDetail,
  column: string,
  { from, to, trained, judged }: BacktestWindow,
): Promise<Run> {
  const { handlers } = tools.phases.train;
  const reference = referenceOf(inputOf(request, 'data', 'dataset'));
  const then: Recipe = {
    ...recipe,
    window: { column, from: isoTime(from), to: isoTime(to) },
    // The middle between two rows, so that no rounding moves the border.
    split: { kind: 'time', by: column, holdout: (judged - 0.5) / (trained + judged) },
  };
  const { best } = await jobResult<OutputOf<typeof trainCalls.run>>({ ...tools, signal: request.signal }, () =>
    handlers.run(trainedAgain(then, reference, metric.name)),
  );
  await handlers.archive({ runs: [best.id] });
  return best;
}

function scoreOf({ run }: Judged): number | null {
  return run.metrics[run.metric.name] ?? null;
}

function lineOf(judged: Judged): string {
  const { window, run } = judged;
  const score = scoreOf(judged);
  const name = metricName(run.metric.name);
  return `${isoTime(window.at).slice(0, 10)}: ${name} ${score === null ? 'undefined' : figure(score)} on the ${count(window.judged, 'row')} that came next, trained on ${count(window.trained, 'row')}`;
}

function resultOf(judged: readonly Judged[]): StepResult {
  const [{ run }] = judged as [Judged];
  const { name, lowerIsBetter } = run.metric;
  const scores = judged.map(scoreOf).filter((score) => score !== null);
  const mean = scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const worst = scores.length === 0 ? null : lowerIsBetter ? Math.max(...scores) : Math.min(...scores);
  const figures = judged.map(
    (one) => [`${name} from ${isoTime(one.window.at).slice(0, 10)} on`, scoreOf(one)] as const,
  );
  const shown = (value: number | null) => (value === null ? 'undefined' : figure(value));
  const summary = `trained ${count(judged.length, 'time')}: ${metricName(name)} ${shown(mean)} on average, ${shown(worst)} at worst`;
  return {
    summary,
    output: {
      type: 'evaluation',
      run: null,
      figures: Object.fromEntries(figures),
      lines: [summary, ...judged.map(lineOf)],
    },
    facts: { times: judged.length, mean, worst, [name]: mean },
  };
}
