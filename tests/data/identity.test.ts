import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import { encodeFloats, encodeTexts } from '../../engine/data/versions/encoding.ts';
import { datasetIdentity, leafRows } from '../../engine/data/versions/identity.ts';
import { checkoutFolder } from '../support/needs.ts';
import { generatedQuery, identityOf, type TableValue, writeBySql, writeParquet } from '../support/tables.ts';

interface GoldenCase {
  name: string;
  schema: SchemaColumn[];
  rows?: TableValue[][];
  generated?: number;
  leaves: string[];
  identity: string;
}

const golden = JSON.parse(
  readFileSync(join(checkoutFolder, 'tests', 'fixtures', 'identity', 'identities.json'), 'utf8'),
) as GoldenCase[];

test.for(golden)(
  '$name has the identity that the specification gives',
  async ({ schema, rows, generated, ...expected }) => {
    const path = rows ? await writeParquet(schema, rows) : await writeBySql(generatedQuery(generated ?? 0), 'parquet');
    const found = await identityOf(schema, [{ path, rows: rows?.length ?? generated ?? 0 }]);
    expect(found).toEqual({ leaves: expected.leaves, identity: expected.identity });
  },
);

test('tables that differ in type, in scale or in what is missing have different identities', () => {
  expect(new Set(golden.map((one) => one.identity)).size).toBe(golden.length);
});

test('an append hashes its own leaves only', async () => {
  const whole = golden.find((one) => one.generated === leafRows + 5) as GoldenCase;
  const first = await writeBySql(generatedQuery(leafRows), 'parquet');
  const rest = await writeBySql(
    `SELECT * FROM (${generatedQuery(leafRows + 5)}) WHERE number >= ${leafRows}`,
    'parquet',
  );
  const parts = [
    { path: first, rows: leafRows },
    { path: rest, rows: 5 },
  ];
  const { leaves } = await identityOf(whole.schema, parts, { from: leafRows });
  expect(leaves).toEqual(whole.leaves.slice(1));
  expect(datasetIdentity(whole.schema, leafRows + 5, [whole.leaves[0] as string, ...leaves])).toBe(whole.identity);
});

test('an unfinished last leaf is the same from one file and from two', async () => {
  const whole = golden.find((one) => one.generated === leafRows + 5) as GoldenCase;
  const cut = leafRows - 1000;
  const first = await writeBySql(`SELECT * FROM (${generatedQuery(leafRows + 5)}) WHERE number < ${cut}`, 'parquet');
  const rest = await writeBySql(`SELECT * FROM (${generatedQuery(leafRows + 5)}) WHERE number >= ${cut}`, 'parquet');
  const found = await identityOf(whole.schema, [
    { path: first, rows: cut },
    { path: rest, rows: leafRows + 5 - cut },
  ]);
  expect(found.identity).toBe(whole.identity);
});

test('texts that are gathered in small pieces give the same identity', async () => {
  const whole = golden.find((one) => one.generated === leafRows) as GoldenCase;
  const path = await writeBySql(generatedQuery(leafRows), 'parquet');
  const { identity } = await identityOf(whole.schema, [{ path, rows: leafRows }], { textBudget: 100_000 });
  expect(identity).toBe(whole.identity);
});

test('texts are brought to NFC wherever their bytes lie', () => {
  const cells = ['e\u0301', 'é', 'x', 'plain and longer text', 'Ωe\u0301', 'a\u030a'];
  for (let offset = 0; offset < 8; offset++) {
    for (const cell of cells) {
      const text = Buffer.from(cell);
      const bytes = new Uint8Array(new ArrayBuffer(64), offset, text.length);
      bytes.set(text);
      const { values } = encodeTexts(Uint32Array.of(text.length), bytes, []);
      expect(Buffer.from(values.bytes).toString()).toBe(cell.normalize('NFC'));
    }
  }
});

test('numbers have one form each: no -0, one NaN, infinities as they are', () => {
  const plain = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
  const odd = [0x8000000000000000n, 0xfff8000000000001n, 0x7ff0000000000001n, 0x7ff0000000000000n];
  const bits = BigUint64Array.from([...odd, ...[-1.5, 5e-324, -5e-324, 7].map(plain)]);
  const { values: encoded } = encodeFloats(new Float64Array(bits.buffer), [7]);
  const read = new BigUint64Array(encoded.bytes.slice().buffer);
  expect([...read]).toEqual([
    0n,
    0x7ff8000000000000n,
    0x7ff8000000000000n,
    0x7ff0000000000000n,
    plain(-1.5),
    plain(5e-324),
    plain(-5e-324),
    0n,
  ]);
});
