import type { DeploymentSpec, LogPart } from '../../deploy/index.ts';
import { LoggedRows } from '../logged-rows.ts';
import { answeredRows } from './answered-rows.ts';
import { type MeasuringSources, ruleOf } from './measured-log.ts';
import type { PerformanceDay } from './performance-days.ts';

/**
 * Sums up by day what rows were worth that are about to leave the log. Where that cannot be done they go all the same: a
 * disk that is full would not wait.
 * @returns what writes the sums down, in the transaction in which the rows go
 */
export async function keepDays(
  { days, deploy, duck, labels, threads }: Omit<MeasuringSources, 'references' | 'holdouts' | 'profiles' | 'store'>,
  find: () => DeploymentSpec,
  parts: readonly LogPart[],
): Promise<(() => void) | undefined> {
  if (parts.length === 0) return undefined;
  try {
    const spec = find();
    const signature = await deploy.signature(spec.model, spec.version);
    const everything = { since: null, until: null };
    const known = labels.has(spec.id) ? labels : null;
    const sums: PerformanceDay[] = [];
    // One at a time: of a large log they are many.
    for (const part of parts) {
      const log = await LoggedRows.of(duck, [part], (version) => deploy.signature(spec.model, version), everything);
      const rows = await answeredRows(log, known, spec.id, signature);
      sums.push(...(await threads.measure('days', { rule: ruleOf({ signature }), rows })));
    }
    return () => days.add(spec.id, sums);
  } catch (error) {
    console.error(error);
    return undefined;
  }
}
