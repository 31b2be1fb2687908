import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DiffInput, type DiffOutput, runDiffJob } from '../../engine/data/versions/diff-job.ts';
import { openDuck, sqlText } from '../../engine/store/duck.ts';
import { jobContext } from '../support/import-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Row = [key: number | null, value: string | null];

const rows = fc.array(
  fc.tuple(
    fc.option(fc.integer({ min: 0, max: 6 }), { nil: null }),
    fc.option(fc.constantFrom('a', 'b', '', "c'"), { nil: null }),
  ),
  { minLength: 1, maxLength: 12 },
) as fc.Arbitrary<Row[]>;
const schema: DiffInput['from']['schema'] = [
  { name: 'k', type: 'int64' },
  { name: 'v', type: 'text' },
];

async function filesOf(...tables: Row[][]): Promise<string[]> {
  const folder = temporaryFolder();
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  try {
    const paths: string[] = [];
    for (const [index, table] of tables.entries()) {
      const path = join(folder, `${index}.parquet`);
      const values = table.map(([k, v]) => `(${k === null ? 'NULL' : k}, ${v === null ? 'NULL' : sqlText(v)})`);
      const sql = `SELECT k::BIGINT AS k, v::VARCHAR AS v FROM (VALUES ${values.join(', ')}) AS t(k, v)`;
      await connection.run(`COPY (${sql}) TO ${sqlText(path)} (FORMAT parquet)`);
      paths.push(path);
    }
    return paths;
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

/** Rows of the first that the second has no equal for. */
function surplus(rows: readonly Row[], others: readonly Row[]): number {
  const left = others.map((row) => JSON.stringify(row));
  return rows.filter((row) => {
    const place = left.indexOf(JSON.stringify(row));
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  }).length;
}

/** The counts, the slow and plain way. */
function expected(before: readonly Row[], after: readonly Row[], withKey: boolean) {
  if (!withKey) return { added: surplus(after, before), removed: surplus(before, after), changed: null };
  const totals = { added: 0, removed: 0, changed: 0 };
  for (const key of new Set([...before, ...after].map(([k]) => k))) {
    const [old, now] = [before.filter(([k]) => k === key), after.filter(([k]) => k === key)];
    if (old.length === 1 && now.length === 1) {
      if (old[0]?.[1] !== now[0]?.[1]) totals.changed++;
      continue;
    }
    totals.added += surplus(now, old);
    totals.removed += surplus(old, now);
  }
  return totals;
}

test.each([true, false])('a comparison counts as a plain one does (key: %s)', async (withKey) => {
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.nat(), async (before, after, cut) => {
      const at = 1 + (cut % after.length);
      const parts = [after.slice(0, at), after.slice(at)].filter((part) => part.length > 0);
      const [first = '', ...others] = await filesOf(before, ...parts);
      const input: DiffInput = {
        from: { paths: [first], schema, rows: before.length },
        to: { paths: others, schema, rows: after.length },
        key: withKey ? ['k'] : [],
        exportAs: null,
      };
      const found = (await runDiffJob(input, jobContext())) as DiffOutput;
      const counts = expected(before, after, withKey);
      expect(found.rows).toEqual({ ...counts, unchanged: after.length - counts.added - (counts.changed ?? 0) });
      expect(found.changed).toEqual(counts.changed ? { v: counts.changed } : {});
      expect(found.kept).toEqual({ ...counts, changed: counts.changed ?? 0 });
    }),
    { numRuns: 40, seed: 11 },
  );
});
