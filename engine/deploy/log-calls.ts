import { isoTime } from '../base/clock.ts';
import type { logCalls } from '../contract/deploy-log.ts';
import type { Handlers } from '../jobs/context.ts';
import type { DeployParts } from './calls.ts';
import { importLog } from './log-import/import-log.ts';
import { searchLog } from './log-search.ts';
import { uncollectedBytes, uncollectedRows } from './uncollected-rows.ts';

const defaultLimit = 100;

/** Segments are read as a whole: what is more than this goes into parts first. */
const mostUncollectedBytes = 4 * 1024 * 1024;

/** The calls of the prediction log. */
export function logHandlers(parts: DeployParts): Handlers<typeof logCalls> {
  const { context, deployments, fleet, versions, logs } = parts;
  return {
    importLog: (input) => importLog(parts, input),
    log: async ({ deployment, limit = defaultLimit, ...query }) => {
      const searchedAt = isoTime(context.clock.now());
      const spec = deployments.get(deployment);
      const folder = logs.folder(spec.id);
      if ((await uncollectedBytes(folder)) > mostUncollectedBytes) await fleet.collect(spec);
      // Before the parts are looked up, so that what is collected meanwhile is in one of both.
      const { rows: uncollected, skipped } = await uncollectedRows(folder, query, (name) =>
        logs.store.isTaken(spec.id, name),
      );
      const since = query.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(query.since);
      const found = await logs.readReceived(spec.id, since, (logParts) =>
        searchLog(
          {
            duck: context.duck,
            parts: logParts,
            uncollected,
            signature: (version) => versions.signature(spec.model, version),
          },
          query,
          limit,
        ),
      );
      return { deployment: spec.name, ...found, skipped, searchedAt };
    },
  };
}
