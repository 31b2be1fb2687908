import { expect, test } from 'vitest';
import { profileColumns, profileShort } from '../../engine/data/profile/profile.ts';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import { openDuck, parquetTable } from '../../engine/store/duck.ts';
import { writeBySql } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary.ts';

const schema: SchemaColumn[] = [
  { name: 'whole', type: 'int64' },
  { name: 'large', type: 'int64' },
  { name: 'number', type: 'float64' },
  { name: 'odd', type: 'float64' },
  { name: 'same', type: 'float64' },
  { name: 'none', type: 'float64' },
  { name: 'yes', type: 'boolean' },
  { name: 'text', type: 'text' },
];

test('a short table measured from its values has the profile that queries give', async () => {
  const path = await writeBySql(
    `SELECT i % 7 - 3 AS whole, 9007199254740993 + i AS large, CASE WHEN i % 5 > 0 THEN sin(i) * 100 END AS number,
     CASE i % 4 WHEN 0 THEN 'inf'::DOUBLE WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN -0.0 ELSE i END AS odd, 2.5::DOUBLE AS same,
     NULL::DOUBLE AS none, CASE WHEN i % 3 > 0 THEN i % 2 = 0 END AS yes, CASE WHEN i % 9 > 0 THEN repeat('🙂é', i % 4) END AS text
     FROM range(157) AS t(i)`,
    'parquet',
  );
  const duck = await openDuck({ allowed: [path], temporaryFolder: temporaryFolder() });
  const connection = await duck.connect();
  try {
    const queried = await profileColumns(connection, [path], schema, 157);
    const measured = await profileShort({ connection, table: parquetTable([path]), rows: 157 }, schema);
    for (const [index, column] of queried.entries()) {
      const { mean, standardDeviation, quantiles, ...exact } = column;
      expect(measured[index]).toMatchObject(exact);
      if (mean === null) expect(measured[index]?.mean).toBeNull();
      else expect(measured[index]?.mean).toBeCloseTo(mean, Math.abs(mean) > 1e9 ? -3 : 9);
      if (standardDeviation === null) expect(measured[index]?.standardDeviation).toBeNull();
      else expect(measured[index]?.standardDeviation).toBeCloseTo(standardDeviation, 6);
      quantiles?.forEach((value, place) => {
        expect(measured[index]?.quantiles?.[place]).toBeCloseTo(value, Math.abs(value) > 1e9 ? -3 : 9);
      });
      expect(measured[index]?.quantiles === null).toBe(quantiles === null);
    }
    expect(measured.at(-1)?.lengths).toMatchObject({ minimum: 0, maximum: 6 });
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
});
