import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DriftColumn, driftOfColumn } from '../../engine/statistics/drift.ts';
import { expectClose } from './close-to.ts';
import { fixtureFolder } from './reference-samples.ts';

type Cell = string | number | null;

/** What Evidently made of two columns; see make.py beside the file. Values stand with how often they occur. */
interface Case {
  name: string;
  reference: [Cell, number][];
  current: [Cell, number][];
  kind: 'num' | 'cat';
  whole: [boolean, boolean];
  method: string;
  threshold: number;
  score: number;
  drifted: boolean;
  statistics: Record<string, number>;
}

const cases = JSON.parse(readFileSync(join(fixtureFolder, 'evidently', 'cases.json'), 'utf8')) as Case[];

const tests: Record<string, string> = {
  'K-S p_value': 'ks',
  'chi-square p_value': 'chisquare',
  'Z-test p_value': 'z',
  'Jensen-Shannon distance': 'jensenshannon',
  'Wasserstein distance (normed)': 'wasserstein',
};

/** Evidently's names beside Galley's. */
const figures: Record<string, string> = {
  psi: 'psi',
  jensenshannon: 'js_distance',
  hellinger: 'hellinger',
  ks: 'ks_p',
  wasserstein: 'wasserstein_normalised',
};

const infinities: Record<string, number> = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };

function columnOf(counted: [Cell, number][], whole: boolean, isText: boolean): DriftColumn {
  const cells = counted.flatMap(([cell, rows]) => new Array<Cell>(rows).fill(cell));
  if (isText) return { name: 'x', kind: 'text', values: cells as (string | null)[] };
  const values = Float64Array.from(cells, (cell) =>
    typeof cell === 'string' ? (infinities[cell] as number) : (cell ?? Number.NaN),
  );
  return { name: 'x', kind: 'number', values, whole };
}

const close = { relative: 1e-9, absolute: 1e-12 };

test.each(cases)('$name: as Evidently judges it', (each) => {
  const isText = each.kind === 'cat' && !each.whole[0];
  const result = driftOfColumn(
    columnOf(each.reference, each.whole[0], isText),
    columnOf(each.current, each.whole[1], isText),
    { definition: 'evidently' },
  );
  expect(result).toMatchObject({
    definition: 'evidently',
    test: tests[each.method],
    threshold: each.threshold,
    drifted: each.drifted,
    verdict: each.drifted ? 'drifted' : 'stable',
  });
  expectClose(result.score, each.score, 'score', close);
  for (const [name, expected] of Object.entries(each.statistics)) {
    expectClose(result.statistics[figures[name] as string], expected, name, close);
  }
});

test('the fixtures have all tests, both verdicts and both sizes of each', () => {
  const seen = new Set(cases.map(({ method, drifted }) => `${tests[method]} ${drifted}`));
  for (const test of Object.values(tests)) {
    expect(seen).toContain(`${test} true`);
    expect(seen).toContain(`${test} false`);
  }
});

test('a side without values has no score', () => {
  const values = { name: 'x', kind: 'number', values: new Float64Array(60) } as const;
  const none = { ...values, values: new Float64Array(60).fill(Number.NaN) };
  expect(driftOfColumn(values, none, { definition: 'evidently' })).toMatchObject({
    score: null,
    verdict: 'too_few_rows',
    drifted: false,
    bins: [],
    missing: { change: 1, drifted: false },
  });
});
