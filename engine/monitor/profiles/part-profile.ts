import type { Frame, FrameColumn } from '../../base/frame.ts';
import type { ColumnType, Signature } from '../../contract/values.ts';
import { inputColumn, labelColumn, predictionColumn, probabilityColumn } from '../../deploy/index.ts';
import { driftColumn } from '../../statistics/drift-columns.ts';
import type { ProfileValue } from '../../statistics/profile/column-sketch.ts';
import { Profile, type ProfileOptions } from '../../statistics/profile/profile.ts';
import { isHidden } from '../../statistics/profile/reference-bins.ts';
import { labelOutput, type PreparedReference } from '../../statistics/profile/reference-profile.ts';
import { type DuckReader, parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import { streamFrames } from '../../store/frames.ts';
import type { Stretch } from './part-stretches.ts';

/** So many requests are remembered, to tell when one begins: their rows may be mixed, but not far. */
const rememberedRequests = 10_000;

/** What a part's rows are counted against. */
export interface PartReference {
  signature: Signature;
  reference: PreparedReference;
}

/** Sums up the rows of a stretch of a Parquet file of the prediction log, some thousand rows a turn of the event loop. */
export async function profileOfPart(
  duck: DuckReader,
  path: string,
  { signature, reference }: PartReference,
  { stretch, ...options }: ProfileOptions & { stretch: Stretch },
): Promise<Profile> {
  const masked = await maskedInputs(duck, path);
  const columns = loggedColumns(reference, signature, masked);
  const hidden = reference.profile.columns.map(({ bins }) => isHidden(bins));
  const profile = new Profile(reference, options);
  const source = `(SELECT ${selected(columns)} FROM ${parquetTable([path])})`;
  const wanted = [...commonColumns, ...columns.flatMap(({ reads }) => reads)];
  const requests = new RequestStarts();
  await duck.use(async (connection) => {
    for await (const frame of streamFrames(connection, source, wanted))
      addFrame(profile, frame, columns, { hidden, requests, stretch });
  });
  return profile;
}

interface ReadColumn {
  name: string;
  type: ColumnType;
}

const commonColumns: ReadColumn[] = [
  { name: 'event_time', type: 'int64' },
  { name: 'latency', type: 'float64' },
  { name: 'request_id', type: 'text' },
  { name: 'is_flagged', type: 'boolean' },
];

/** How a column of the reference is read from a part. */
interface LoggedValues {
  name: string;
  /** Empty where the part does not have it; else its values, then whether each is masked where any is. */
  reads: ReadColumn[];
  /** SQL of whether a value is masked. */
  isMasked: string | null;
}

function loggedColumns(
  { profile }: PreparedReference,
  signature: Signature,
  masked: ReadonlySet<string>,
): LoggedValues[] {
  return profile.columns.map(({ role, bins }, index) => {
    const { name } = bins;
    if (role === 'output') return { name, reads: [outputColumn(signature, name)], isMasked: null };
    const input = signature.inputs.find((candidate) => candidate.name === name);
    if (!input) return { name, reads: [], isMasked: null };
    const value: ReadColumn = { name: inputColumn(name), type: input.type };
    if (!masked.has(name)) return { name, reads: [value], isMasked: null };
    const isMasked = `len(list_filter(flags, lambda f: f.flag = 'masked' AND f.field = ${sqlText(name)})) > 0`;
    return { name, reads: [value, { name: `masked.${index}`, type: 'boolean' }], isMasked };
  });
}

function outputColumn({ task }: Signature, name: string): ReadColumn {
  if (task === 'regression') return { name: predictionColumn, type: 'float64' };
  if (task === 'multiclass' || name === labelOutput) return { name: labelColumn, type: 'text' };
  return { name: probabilityColumn(1), type: 'float64' };
}

function selected(columns: readonly LoggedValues[]): string {
  const own = columns.flatMap(({ reads: [value, mask], isMasked }) =>
    value ? [sqlName(value.name), ...(mask ? [`${isMasked} AS ${sqlName(mask.name)}`] : [])] : [],
  );
  const isFlagged = "len(list_filter(flags, lambda f: f.flag <> 'masked')) > 0 AS is_flagged";
  return ['event_time', 'latency', 'request_id', isFlagged, ...new Set(own)].join(', ');
}

async function maskedInputs(duck: DuckReader, path: string): Promise<ReadonlySet<string>> {
  const rows = await duck.rows(
    `SELECT DISTINCT f.field FROM (SELECT unnest(flags) AS f FROM ${parquetTable([path])}) WHERE f.flag = 'masked'`,
  );
  return new Set(rows.map(([field]) => String(field)));
}

function addFrame(
  profile: Profile,
  frame: Frame,
  columns: readonly LoggedValues[],
  { hidden, requests, stretch }: { hidden: readonly boolean[]; requests: RequestStarts; stretch: Stretch },
): void {
  const [times, latencies, requestIds, flags] = frame.columns as [FrameColumn, FrameColumn, FrameColumn, FrameColumn];
  let next = commonColumns.length;
  const read = columns.map(({ name, reads }) => {
    const [values, masks] = frame.columns.slice(next, next + reads.length);
    next += reads.length;
    return { values: values && driftColumn(name, values).values, masks: masks?.values };
  });
  const row: ProfileValue[] = new Array(read.length);
  for (let position = 0; position < frame.rows; position++) {
    const time = times.values[position] as number;
    const beginsRequest = requests.begins(requestIds.values[position] as string);
    if (time < stretch.from || time >= stretch.until) continue;
    for (let index = 0; index < read.length; index++) {
      const { values, masks } = read[index] as (typeof read)[number];
      const value = masks?.[position] === 1 ? undefined : values?.[position];
      row[index] = hidden[index] ? masked(value) : value;
    }
    profile.add(time, row, flags.values[position] === 1);
    const latency = latencies.values[position] as number;
    if (beginsRequest && !Number.isNaN(latency)) profile.addRequest(time, latency);
  }
}

/** No more than whether a value is there. */
function masked(value: ProfileValue): ProfileValue {
  return value === null || Number.isNaN(value) ? null : undefined;
}

/** Tells whether a row is the first of its request. */
class RequestStarts {
  #recent = new Set<string>();
  #earlier = new Set<string>();

  begins(id: string): boolean {
    if (this.#recent.has(id)) return false;
    const isNew = !this.#earlier.has(id);
    if (this.#recent.size >= rememberedRequests) {
      this.#earlier = this.#recent;
      this.#recent = new Set();
    }
    this.#recent.add(id);
    return isNew;
  }
}
