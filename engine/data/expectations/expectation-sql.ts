import type { EngineContext } from '../../jobs/context.ts';
import type { SqlText } from '../../store/trust.ts';
import type { DataStore } from '../store.ts';
import { readExpectations } from './expectation-file.ts';

/** The SQL in the expectations of all datasets; files that cannot be read run none. */
export function expectationSql(context: EngineContext, store: DataStore): SqlText[] {
  return store.datasets().flatMap(({ name }) => {
    try {
      return readExpectations(context.project.path, name).flatMap((expectation, index) =>
        expectation.kind === 'rule'
          ? [{ file: `expectations/${name}.yaml`, place: `expectations[${index + 1}] (rule)`, sql: expectation.sql }]
          : [],
      );
    } catch {
      return [];
    }
  });
}
