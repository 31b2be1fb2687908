import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { RowPage } from '../../contract/data-rows.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { readablePaths } from '../versions/reading-form.ts';
import { emptyPage, type FailingRowsInput, failingPage } from './failing-page.ts';
import { prepareExpectation } from './prepare.ts';

/**
 * A page of the rows that failed an expectation of the version's latest check, in the order of the version, all columns.
 * A rule in SQL is judged in a process of its own.
 * @throws GalleyError `data.unknown_expectation`, `call.canceled`
 */
export async function failingRows(
  context: EngineContext,
  store: DataStore,
  version: StoredVersion,
  { key, offset, limit }: { key: string; offset: number; limit: number },
  signal?: AbortSignal,
): Promise<RowPage> {
  const { schema } = version.manifest;
  const results = store.checks.latest(version.id)?.results ?? [];
  const result = results.find((each) => each.key === key);
  if (!result) {
    const known = results.map((each) => each.key);
    const name = `${version.dataset.name}@${version.number}`;
    throw new GalleyError(
      'data.unknown_expectation',
      `${name} was not checked against "${key}". ${suggestName(key, known)}`,
      {
        details: { key, known },
      },
    );
  }
  if (result.passed === null || !result.rows) return emptyPage(schema);
  const prepared = await prepareExpectation(context, store, version.dataset.name, result);
  const paths = await readablePaths(context, version);
  const input: FailingRowsInput = { schema, paths, prepared, offset, limit };
  if (prepared.expectation.kind === 'rule') return context.jobs.aside({ kind: 'data.failingRows', input, signal });
  return context.duck.use((connection) => failingPage(connection, input), signal);
}
