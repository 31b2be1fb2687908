import { seededRandom } from '../../engine/base/random.ts';
import type { Signature } from '../../engine/contract/values.ts';
import type { InputValue } from '../../engine/serving/field-rule.ts';
import { RowProfile } from '../../engine/serving/profiles/row-profile.ts';
import { referenceBins } from '../../engine/statistics/profile/reference-bins.ts';
import { type PreparedReference, prepareReference } from '../../engine/statistics/profile/reference-profile.ts';
import type { Bench, Row } from './bench.ts';

const columns = { numbers: 12, texts: 6, booleans: 1, days: 1 };
const referenceRows = 20_000;
const measuredRows = 200_000;
const rounds = 7;
const mask = { inputs: [] };
const start = Date.parse('2026-01-01T00:00:00Z');
/** A row a second: 55 hours of event time. */
const apart = 1000;

const random = seededRandom(1);

function rowOf(): InputValue[] {
  const value = <Value>(of: () => Value): Value | null => (random() < 0.03 ? null : of());
  return [
    ...Array.from({ length: columns.numbers }, (_, at) =>
      value(() => (at % 3 === 0 ? Math.floor(random() ** 3 * 40) : random() * 1000 - 300)),
    ),
    ...Array.from({ length: columns.texts }, (_, at) =>
      value(() => `level ${Math.floor(random() ** 2 * 10 ** (1 + (at % 3)))}`),
    ),
    value(() => random() < 0.3),
    value(() => new Date(start + Math.floor(random() * 400) * 86_400_000).toISOString().slice(0, 10)),
  ];
}

const types = [
  ...new Array<'float64'>(columns.numbers).fill('float64'),
  ...new Array<'text'>(columns.texts).fill('text'),
  'boolean' as const,
  'date' as const,
];

const signature: Signature = {
  task: 'regression',
  target: 'target',
  inputs: types.map((type, at) => ({
    name: `column ${at}`,
    type,
    tensor: type === 'text' || type === 'date' ? 'string' : 'float',
    nullable: true,
  })),
};

function reference(): PreparedReference {
  const rows = Array.from({ length: referenceRows }, rowOf);
  const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const inputs = types.map((type, at) => {
    const name = `column ${at}`;
    const values = rows.map((row) => row[at] ?? null);
    if (type === 'float64') {
      const numbers = Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
      return referenceBins({ name, kind: 'number', values: numbers });
    }
    const texts = values.map((value) => {
      if (value === null) return null;
      return type === 'date' ? (weekdays[new Date(String(value)).getUTCDay()] as string) : String(value);
    });
    return referenceBins({ name, kind: 'text', values: texts });
  });
  const values = Float64Array.from({ length: referenceRows }, () => random() * 100);
  return prepareReference({
    format: 1,
    model: 'bench',
    version: 1,
    columns: [
      ...inputs.map((bins) => ({ role: 'input' as const, bins })),
      { role: 'output', bins: referenceBins({ name: 'prediction', kind: 'number', values }) },
    ],
  });
}

/** What it costs a prediction to be summed up. */
async function run(): Promise<Row[]> {
  const prepared = reference();
  const rows = Array.from({ length: 10_000 }, rowOf);
  const scores = new Float32Array(1);
  const answer = { label: null, scores };
  const microseconds: number[] = [];
  let profile = new RowProfile(prepared, signature, 0);
  for (let round = 0; round < rounds; round++) {
    profile = new RowProfile(prepared, signature, 0);
    const before = process.cpuUsage();
    for (let row = 0; row < measuredRows; row++) {
      scores[0] = row % 100;
      const time = start + row * apart;
      profile.add(rows[row % rows.length] as InputValue[], answer, {
        eventTime: time,
        now: time,
        isFlagged: false,
        mask,
      });
      profile.addRequest(time, 2.5, time);
    }
    const { user, system } = process.cpuUsage(before);
    microseconds.push((user + system) / measuredRows);
  }
  const median = microseconds.toSorted((one, other) => one - other)[rounds >> 1] as number;
  const windows = profile.profile.windowCount;
  const began = performance.now();
  const text = JSON.stringify(profile.take());
  return [
    { measure: 'a prediction of 20 columns, summed up', value: median, unit: 'CPU microseconds', target: 'at most 15' },
    { measure: `${windows} hours of it, written at once`, value: performance.now() - began, unit: 'ms' },
    { measure: 'an hour of it as JSON', value: text.length / windows / 1024, unit: 'kB' },
  ];
}

export default { name: 'sketching', run } satisfies Bench;
