import type { Expectation } from '../../contract/data-expectations.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { Trust } from '../../store/trust.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { readablePaths } from '../versions/reading-form.ts';
import type { CheckInput, OtherRows, PreparedExpectation } from './check-input.ts';
import { readExpectations } from './expectation-file.ts';
import { keyed } from './keys.ts';

const untrusted =
  'Nobody on this machine has trusted the SQL of this project yet, so it was not run. Look at it, then trust it.';

async function otherRows(context: EngineContext, version: StoredVersion): Promise<OtherRows> {
  return { paths: await readablePaths(context, version), schema: version.manifest.schema, rows: version.rows };
}

/** The version that an expectation compares with, or why there is none. */
function versionMeant(store: DataStore, dataset: string, expectation: Expectation): StoredVersion | string | undefined {
  if (expectation.kind === 'distribution') {
    const known = store.dataset(dataset);
    const version = known && store.versionByNumber(known, expectation.version);
    return version ?? `There is no version ${expectation.version} to compare with.`;
  }
  if (expectation.kind === 'refers') {
    const known = store.dataset(expectation.dataset);
    return (known && store.latest(known)) ?? `There is no dataset "${expectation.dataset}".`;
  }
  return undefined;
}

/** An expectation with what it compares with, or why that is not there. */
export async function prepareExpectation(
  context: EngineContext,
  store: DataStore,
  dataset: string,
  { key, expectation }: { key: string; expectation: Expectation },
): Promise<PreparedExpectation> {
  if (expectation.kind === 'rule' && !new Trust().has(context.project))
    return { key, expectation, obstacle: untrusted };
  const meant = versionMeant(store, dataset, expectation);
  if (meant === undefined) return { key, expectation };
  if (typeof meant === 'string') return { key, expectation, obstacle: meant };
  return { key, expectation, other: await otherRows(context, meant) };
}

/**
 * What is to be checked of a new or an old version of a dataset, with all that the check needs; null where nothing is
 * expected.
 * @throws GalleyError `data.invalid_expectations`
 */
export async function prepareCheck(
  context: EngineContext,
  store: DataStore,
  dataset: string,
  rowsBefore: number | null,
): Promise<CheckInput | null> {
  const list = keyed(readExpectations(context.project.path, dataset));
  if (list.length === 0) return null;
  const expectations: PreparedExpectation[] = [];
  for (const each of list) expectations.push(await prepareExpectation(context, store, dataset, each));
  const known = store.dataset(dataset);
  const marked = known ? Object.keys(store.marks.marks(known.id)) : [];
  return { dataset, expectations, now: context.clock.now(), rowsBefore, marked };
}
