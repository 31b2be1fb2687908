import type { DeploymentSpec } from '../deploy/index.ts';
import { parquetTable } from '../store/duck.ts';
import { appendTexts, type LabelSources } from './labels.ts';

/** From where on labels are new: after the one of this number, and received at this time (UTC epoch milliseconds) or later. */
export interface LabelsSince {
  sequence: number;
  time: number;
}

/**
 * How many answered rows have new labels. Where there are not enough even with rows that were not answered, their number is
 * the answer: the log is not read for it.
 * @param wanted how many are enough
 */
export async function newLabels(
  { context, deploy, store }: Pick<LabelSources, 'context' | 'deploy' | 'store'>,
  { id }: Pick<DeploymentSpec, 'id'>,
  { sequence, time }: LabelsSince,
  wanted: number,
): Promise<number> {
  const ids = store.idsAfter(id, sequence, time);
  if (ids.length < wanted) return ids.length;
  await deploy.collect(id);
  return context.duck.use(async (connection) => {
    await connection.run('CREATE TEMP TABLE labelled (id VARCHAR)');
    await appendTexts(
      connection,
      'labelled',
      ids.map((row) => [row]),
    );
    return deploy.readLog(id, { since: null, until: null }, async (parts) => {
      if (parts.length === 0) return 0;
      const answered = parts.map(({ path }) => `SELECT row_id FROM ${parquetTable([path])}`).join(' UNION ALL ');
      const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM labelled WHERE id IN (${answered})`);
      return Number(counted.getRows()[0]?.[0]);
    });
  });
}
