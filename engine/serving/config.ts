import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Check, Errors } from 'typebox/value';
import { GalleyError } from '../base/errors.ts';
import { defaultSettings, type WholeSettings, wholeSettings } from '../contract/deploy-settings.ts';
import type { ServedStream } from '../contract/deploy-streams.ts';
import { asksForKey, isLoopback } from '../contract/network-access.ts';
import type {
  LiveSettings,
  LogLimits,
  LogMask,
  LogSink,
  ProfileSettings,
  ServedKey,
  ServedModelConfig,
} from '../contract/serving.ts';
import { ServingConfig } from '../contract/serving.ts';

/** A config with its defaults filled in. */
export interface ServingSettings extends WholeLiveSettings {
  deployment: string;
  model: string;
  host: string;
  port: number;
  exactPort: boolean;
  token: string | null;
  logFolder: string | null;
  /** Null: the log folder. */
  logSink: LogSink | null;
  logLimits: Required<LogLimits>;
  profile: Required<ProfileSettings>;
  /** The one that answers where none is named, then the others. */
  models: [ServedModelConfig, ...ServedModelConfig[]];
}

/** What of the settings can be changed while the server runs. */
export interface WholeLiveSettings extends Omit<WholeSettings, 'network' | 'profile'> {
  keys: ServedKey[];
  streams: ServedStream[];
  logMask: LogMask;
  requireKey: boolean;
  names: string[];
}

export const defaultLogLimits: Required<LogLimits> = {
  segmentBytes: 64 * 1024 * 1024,
  segmentMilliseconds: 60 * 60 * 1000,
  flushMilliseconds: 100,
  pendingBytes: 128 * 1024 * 1024,
};

/** Whether callers must send a key. */
export function needsKey(settings: ServingSettings): boolean {
  return settings.token !== null || asksForKey(settings);
}

/**
 * Checks a config and fills in its defaults.
 * @throws GalleyError `serving.invalid_config`, `serving.unknown_version`, `serving.token_required`
 */
export function resolveConfig(config: unknown): ServingSettings {
  if (!Check(ServingConfig, config)) {
    const faults = Errors(ServingConfig, config).map(({ instancePath, message }) => ({ path: instancePath, message }));
    const where = faults.map(({ path, message }) => `${path || '/'} ${message}`).join('; ');
    throw new GalleyError('serving.invalid_config', `The config does not fit: ${where}.`, { details: { faults } });
  }
  const { model, versions, active, label, traffic, models: others = [] } = config;
  const models: ServingSettings['models'] = [{ model, versions, active, label, traffic }, ...others];
  checkModels(models);
  const host = config.host ?? defaultSettings.network.host;
  if (!isLoopback(host) && config.token === undefined && (config.keys ?? []).length === 0) {
    throw new GalleyError(
      'serving.token_required',
      `Host ${host} can be reached from the network and has neither token nor keys.`,
      {
        details: { host },
      },
    );
  }
  return {
    deployment: config.deployment,
    model: config.model,
    host,
    port: config.port ?? 0,
    exactPort: config.exactPort ?? false,
    token: config.token ?? null,
    logFolder: config.logFolder ?? null,
    logSink: config.logSink ?? null,
    logLimits: { ...defaultLogLimits, ...config.logLimits },
    profile: resolveProfile(config),
    models,
    ...resolveLive(config),
  };
}

function resolveProfile({ logFolder = null, profile = {} }: ServingConfig): Required<ProfileSettings> {
  const folder = logFolder === null ? null : join(logFolder, 'profile');
  return { ...defaultSettings.profile, metrics: true, mostBins: 2000, folder, signingKeyFile: null, ...profile };
}

/** @throws GalleyError `serving.invalid_config` where two have a name, `serving.unknown_version` */
function checkModels(models: readonly ServedModelConfig[]): void {
  const names = models.map(({ model }) => model);
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined)
    throw new GalleyError('serving.invalid_config', `The config has the model ${twice} twice.`, {
      details: { model: twice },
    });
  for (const { versions, active, traffic } of models) {
    const known = versions.map(({ version }) => version);
    const wanted = [active, traffic?.canary?.version ?? active, traffic?.shadow ?? active];
    const version = wanted.find((one) => !known.includes(one));
    if (version === undefined) continue;
    const message = `Version ${version} is to answer, but versions has ${known.join(', ')}.`;
    throw new GalleyError('serving.unknown_version', message, { details: { version, known } });
  }
}

/** Whether answers are kept or sent anywhere. */
export function isLogged({ logFolder, logSink }: Pick<ServingSettings, 'logFolder' | 'logSink'>): boolean {
  return logSink === null ? logFolder !== null : logSink.kind !== 'none';
}

/** Fills in the defaults of what can be changed while the server runs. */
export function resolveLive({
  keys = [],
  streams = [],
  logMask = { inputs: [] },
  requireKey,
  names,
  ...groups
}: LiveSettings): WholeLiveSettings {
  const {
    network,
    profile: _,
    ...whole
  } = wholeSettings({ ...groups, serverLog: { requests: 'all', ...groups.serverLog } });
  return {
    ...whole,
    keys,
    streams,
    logMask,
    requireKey: requireKey ?? network.requireKey,
    names: names ?? network.names,
  };
}

/**
 * The JSON in a config file, not yet checked.
 * @throws GalleyError `serving.invalid_config` where the file cannot be read or is not JSON
 */
export async function readConfigFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new GalleyError('serving.invalid_config', `The config file ${path} cannot be read: ${reason}`, {
      details: { path },
      cause,
    });
  }
}
