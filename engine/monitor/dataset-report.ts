import { GalleyError } from '../base/errors.ts';
import type { MonitorReport } from '../contract/monitor.ts';
import type { DriftDefinition, DriftThresholds } from '../contract/monitor-drift.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import { throwIfAborted } from '../store/duck.ts';
import type { DatasetReportInput, DatasetReportOutput } from './dataset-report-job.ts';
import { driftedShare } from './drift.ts';
import { isFile } from './given-file.ts';

/** Share of the columns that may drift; there is no deployment whose limits would say. */
const driftShare = 0.5;

export interface DatasetReportOrder {
  reference: string;
  /** A dataset version, or the path of a CSV, Parquet or NDJSON file. */
  current: string;
  definition: DriftDefinition;
  thresholds: DriftThresholds;
}

/**
 * Compares two dataset versions, or one and a file, column by column as the reference types them. A job does the work and
 * is stopped when the caller no longer waits.
 * @throws GalleyError of the data phase; `monitor.nothing_to_compare`, `monitor.unreadable_file`, `call.canceled`
 */
export async function reportOfDatasets(
  context: EngineContext,
  data: Pick<DataPhase, 'open'>,
  order: DatasetReportOrder,
  signal?: AbortSignal,
): Promise<MonitorReport> {
  const input = await jobInput(data, order);
  throwIfAborted(signal);
  const job = context.jobs.submit<DatasetReportOutput, DatasetReportOutput>({
    kind: 'monitor.datasetReport',
    title: `Compare ${input.reference.name} with ${order.current}`,
    input,
    commit: (output) => output,
  });
  const cancel = () => context.jobs.cancel(job.id);
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    return reportFrom(input, await context.jobs.result<DatasetReportOutput>(job.id));
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

async function jobInput(
  data: Pick<DataPhase, 'open'>,
  { reference, current, definition, thresholds }: DatasetReportOrder,
): Promise<DatasetReportInput> {
  const { dataset, number, paths, rows, schema } = await data.open(reference);
  return {
    reference: { name: `${dataset.name}@${number}`, paths, rows, schema },
    current: isFile(current) ? { file: current } : await rowsOfVersion(data, current),
    definition,
    thresholds,
  };
}

async function rowsOfVersion(data: Pick<DataPhase, 'open'>, reference: string) {
  if (looksLikeFile(reference))
    throw new GalleyError('data.file_not_found', `There is no file ${reference}.`, { details: { path: reference } });
  const { paths, schema } = await data.open(reference);
  return { paths, schema: schema.map(({ name, type }) => ({ name, type })) };
}

/** A name of a dataset has neither a dot nor a slash before its version. */
function looksLikeFile(reference: string): boolean {
  return /^[^@]*[./\\]/.test(reference);
}

function reportFrom(
  { reference, definition }: DatasetReportInput,
  { rows, drifts, multivariate, notCompared, missing }: DatasetReportOutput,
): MonitorReport {
  const share = driftedShare(drifts);
  return {
    deployment: null,
    model: null,
    version: null,
    metric: { name: '', lowerIsBetter: false },
    limits: null,
    since: null,
    until: null,
    traffic: { rows, requests: 0, errors: 0 },
    latency: { p50: null, p95: null, p99: null },
    quality: { flagged: 0, missing },
    drift: {
      reference: `${reference.name} (${reference.rows} rows)`,
      definition,
      source: 'rows',
      columns: drifts,
      notCompared,
      prediction: null,
      label: null,
      multivariate,
      share,
      drifted: share > driftShare,
    },
    performance: null,
    estimated_performance: null,
    fairness: null,
    timeline: [],
    releases: [],
    alerts: [],
  };
}
