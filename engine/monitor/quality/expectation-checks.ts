import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { CheckResult } from '../../contract/data-expectations.ts';
import type { QualityCheck } from '../../contract/monitor-quality.ts';
import type { Signature } from '../../contract/values.ts';
import type { DataPhase } from '../../data/index.ts';
import { inputColumn } from '../../deploy/index.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import type { VersionParts } from '../logged-rows.ts';

/** The newest rows are judged; more say no more. */
const judgedRows = 100_000;

export interface ExpectedRows {
  /** The dataset of the version's training. */
  dataset: string;
  signature: Signature;
  /** Parts that the version answered. */
  group: VersionParts;
  /** Inputs whose values the log does not have. */
  masked: ReadonlySet<string>;
  /** SQL condition over the log. */
  where: string;
}

/** How the newest rows meet what is expected of the values of the training's dataset. */
export async function expectationChecks(
  context: Pick<EngineContext, 'duck' | 'project' | 'newId'>,
  data: Pick<DataPhase, 'checkElsewhere'>,
  { dataset, signature, group, masked, where }: ExpectedRows,
): Promise<QualityCheck[]> {
  const inputs = signature.inputs.filter(({ name }) => !masked.has(name));
  const schema = inputs.map(({ name, type }) => ({ name, type: type === 'decimal' ? ('float64' as const) : type }));
  const columns = inputs.map(({ name }) => `${sqlName(inputColumn(name))} AS ${sqlName(name)}`);
  const path = join(context.project.path, 'run', `${context.newId('row')}.parquet`);
  try {
    const results = await data.checkElsewhere(dataset, {
      schema,
      use: (work) =>
        context.duck.use(async (connection) => {
          const counted = await connection.runAndReadAll(
            `COPY (SELECT ${columns.join(', ')} FROM ${parquetTable(group.paths)} WHERE ${where}
               ORDER BY event_time DESC LIMIT ${judgedRows}) TO ${sqlText(path)} (FORMAT parquet)`,
          );
          const rows = Number(counted.getRows()[0]?.[0] ?? 0);
          return rows === 0 ? [] : work({ connection, paths: [path], schema, rows });
        }),
    });
    return checksOf(dataset, results);
  } catch (error) {
    if (!(error instanceof GalleyError) || error.kind === 'internal') throw error;
    return [{ kind: 'expectation', column: null, light: 'unknown', value: null, expected: null, says: error.message }];
  } finally {
    rmSync(path, { force: true });
  }
}

function checksOf(dataset: string, results: readonly CheckResult[]): QualityCheck[] {
  const failed = results.filter(({ passed }) => passed === false);
  if (failed.length === 0) {
    if (results.length === 0) return [];
    const says = `The rows meet all ${results.length} expectations of ${dataset} that are about their values.`;
    return [{ kind: 'expectation', column: null, light: 'good', value: null, expected: null, says }];
  }
  return failed.map(({ expectation, says, found }) => ({
    kind: 'expectation',
    column: 'column' in expectation ? expectation.column : null,
    light: expectation.severity === 'block' ? 'bad' : 'warning',
    value: null,
    expected: null,
    says: `${says} ${found} Look at what is expected of ${dataset}, and at the rows that fail.`,
  }));
}
