import { isoTime } from '../../base/clock.ts';
import type { DeploymentPerformance, PerformanceSlice, PerformanceWindow } from '../../contract/monitor-performance.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import { KeptAnswers } from '../kept-answers.ts';
import { removedPart } from '../removed-part.ts';
import type { TimeWindow } from '../windows.ts';
import { loggedColumn } from './logged-input.ts';
import type { MeasuredWindow } from './measure-performance.ts';
import type { MeasuredLog, MeasuredLogs, MeasuredRange, MeasuringSources } from './measured-log.ts';
import { slicedColumns, slicingColumns } from './sliced-columns.ts';

export interface PerformanceOptions extends MeasuredRange {
  /** Columns to slice by. */
  by?: readonly string[] | undefined;
}

/** How well deployments answered over time. */
export class DeploymentPerformances {
  readonly #sources: MeasuringSources;
  readonly #logs: MeasuredLogs;
  readonly #slices = new KeptAnswers<PerformanceSlice[]>(8);

  constructor(sources: MeasuringSources, logs: MeasuredLogs) {
    this.#sources = sources;
    this.#logs = logs;
  }

  /** @throws GalleyError `call.canceled`, `monitor.invalid_range`, `monitor.unknown_column` */
  async of(spec: DeploymentSpec, options: PerformanceOptions, signal?: AbortSignal): Promise<DeploymentPerformance> {
    const { deploy } = this.#sources;
    await deploy.collect(spec.id);
    return deploy.readLog(spec.id, options, async (parts) => {
      const measured = await this.#logs.of(spec, parts, options, signal);
      const { reference, performance, summary, windows, limits } = measured;
      const names = slicingColumns(reference, await measured.log.masked(), options.by);
      const key = JSON.stringify([measured.key, names]);
      const slices = await this.#slices.get(key, (work) => slicesOf(measured, this.#sources, names, work), signal);
      const removed = await removedPart(this.#sources, spec, options);
      const { first, last } = summary;
      const whole = {
        from: options.since ?? (measured.performance.whole.summed > 0 ? windows[0]?.from : first) ?? 0,
        to: options.until ?? last ?? windows.at(-1)?.to ?? 0,
      };
      return {
        deployment: spec.name,
        model: spec.model,
        version: spec.version,
        metric: reference.version.metric,
        reference: reference.version.metrics,
        estimate: performance.estimate,
        minimumRows: limits.minimumRows,
        whole: windows.length === 0 ? null : windowView(whole, performance.whole),
        windows: windows.map((window, index) => windowView(window, performance.windows[index] as MeasuredWindow)),
        changes: performance.changes,
        slices,
        ...(removed && { removed }),
      };
    });
  }
}

async function slicesOf(
  { answered, log, reference, rule }: MeasuredLog,
  { holdouts, threads }: MeasuringSources,
  names: readonly string[],
  signal: AbortSignal,
): Promise<PerformanceSlice[]> {
  if (answered.targets.every(Number.isNaN)) return [];
  const columns = await slicedColumns(
    reference,
    names,
    (name) => loggedColumn(log, reference, name),
    (name) => holdouts.column(reference, name),
    signal,
  );
  const { metric } = reference.version;
  const input = { rule, metric, current: answered, reference: await holdouts.of(reference), columns };
  return threads.measure('slices', input, signal);
}

function windowView({ from, to }: TimeWindow, window: MeasuredWindow): PerformanceWindow {
  return { from: isoTime(from), to: isoTime(to), ...window };
}
