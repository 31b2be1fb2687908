import { type DeploymentSettings, defaultSettings } from '../contract/deploy-settings.ts';
import type { LiveSettings } from '../contract/serving.ts';

/** What a server is told of its deployment's settings, at its start and when they change. */
export function liveSettings(
  { network, profile: _, log = {}, serverLog, ...others }: DeploymentSettings,
  more: Pick<LiveSettings, 'keys' | 'streams' | 'logMask'>,
): LiveSettings {
  const { retentionDays: __, ...logged } = log;
  return given({
    ...others,
    log: logged,
    ...more,
    names: network?.names,
    requireKey: network?.requireKey,
    serverLog: { requests: serverLog?.requests ?? defaultSettings.serverLog.requests },
  });
}

/** Leaves out what is undefined, which the schema of messages does not take. */
function given<Members extends object>(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Members;
}
