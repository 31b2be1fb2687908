import { GalleyError } from '../../base/errors.ts';
import { checkExpression } from '../sql-expression.ts';
import type { CheckedRows, PreparedExpectation } from './check-input.ts';

/** A rule with its condition in SQL, or with why it cannot be read; other expectations as they are. */
export async function withCondition(
  { connection, schema }: Pick<CheckedRows, 'connection' | 'schema'>,
  prepared: PreparedExpectation,
): Promise<PreparedExpectation> {
  const { expectation, obstacle } = prepared;
  if (expectation.kind !== 'rule' || obstacle) return prepared;
  try {
    const { sql } = await checkExpression(connection, expectation.sql, schema, { type: 'boolean' });
    return { ...prepared, condition: sql };
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    return { ...prepared, fault: error.message };
  }
}
