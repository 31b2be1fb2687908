import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../engine/base/random.ts';
import type { ServedVersion, ServingConfig } from '../../../engine/contract/serving.ts';
import { referenceBins, withoutValues } from '../../../engine/statistics/profile/reference-bins.ts';
import {
  type PreparedReference,
  prepareReference,
  type ReferenceProfile,
} from '../../../engine/statistics/profile/reference-profile.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { modelFolder, ridersConfig } from '../running-server.ts';

const lines = ['red', 'blue', 'Orée'];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Rows as those that riders of tests/fixtures/serving learned from. @param shift is added to the temperature */
export function ridersRows(count: number, seed: number, shift = 0) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, row) => ({
    temperature: random() < 0.1 ? null : Math.round((random() * 30 + shift) * 10) / 10,
    rain: random() < 0.6 ? 0 : Math.floor(random() * 20),
    holiday: random() < 0.2,
    line: lines[Math.floor(random() ** 2 * 3)] as string,
    day: `2004-02-${String(1 + (row % 28)).padStart(2, '0')}`,
  }));
}

function answerOf({ temperature, rain, holiday, line }: ReturnType<typeof ridersRows>[number]): number {
  const ofLine = { red: 100, blue: 200 }[line] ?? 300;
  return 2 * (temperature ?? 12) - 3 * rain + (holiday ? 10 : 0) + ofLine;
}

/**
 * What the rows of riders are counted against.
 * @param marked columns whose values it may not tell @param emptied whether the temperature is missing in all rows
 */
export function ridersReference(version = 1, marked: readonly string[] = [], emptied = false): PreparedReference {
  const rows = ridersRows(2000, 1).map((row) => (emptied ? { ...row, temperature: null } : row));
  const number = (name: string, values: (number | null)[]) =>
    referenceBins({ name, kind: 'number', values: Float64Array.from(values, (value) => value ?? Number.NaN) });
  const text = (name: string, values: string[]) => referenceBins({ name, kind: 'text', values });
  const inputs = [
    number(
      'temperature',
      rows.map(({ temperature }) => temperature),
    ),
    number(
      'rain',
      rows.map(({ rain }) => rain),
    ),
    text(
      'holiday',
      rows.map(({ holiday }) => String(holiday)),
    ),
    text(
      'line',
      rows.map(({ line }) => line),
    ),
    text(
      'day',
      rows.map(({ day }) => weekdays[new Date(day).getUTCDay()] as string),
    ),
  ];
  const profile: ReferenceProfile = {
    format: 1,
    model: 'riders',
    version,
    columns: [
      ...inputs.map((bins) => ({
        role: 'input' as const,
        bins: marked.includes(bins.name) ? withoutValues(bins) : bins,
      })),
      { role: 'output', bins: number('prediction', rows.map(answerOf)) },
    ],
  };
  return prepareReference(profile);
}

/** Riders whose versions say what their rows are counted against. @param marked, emptied as of `ridersReference` */
export function countedRiders(
  changes: Partial<ServingConfig> = {},
  marked: readonly string[] = [],
  emptied = false,
): ServingConfig {
  const folder = temporaryFolder();
  const versions = [1, 2].map((version): ServedVersion => {
    const path = join(folder, `reference-${version}.json`);
    const text = JSON.stringify(ridersReference(version, marked, emptied).profile);
    writeFileSync(path, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    return { version, folder: modelFolder(`riders-${version}`), profile: { path, sha256 } };
  });
  return ridersConfig({ versions, ...changes });
}
