import type { OutputOf } from '../contract/call.ts';
import type { deployCalls } from '../contract/deploy.ts';
import type { SettingsChange } from '../contract/deploy-settings.ts';
import { type Command, type Flags, given, listFlag, numberFlag, usageError } from './command.ts';
import { deploymentStateLines } from './deployment-state-lines.ts';
import { table } from './table.ts';

type SettingsAnswer = OutputOf<typeof deployCalls.settings>;

const text = { type: 'string' } as const;
const everyAddress = '0.0.0.0';

/** Reads a flag that is not `default`. */
type ReadFlag = (flags: Flags, name: string) => unknown;

const textFlag: ReadFlag = (flags, name) => flags[name];

const yesFlag: ReadFlag = (flags, name) => {
  const value = flags[name];
  if (value === undefined || value === 'yes' || value === 'no') return value && value === 'yes';
  throw usageError(`--${name} takes yes or no, not "${String(value)}".`);
};

/** The flag of each setting, its group, its member, and how it is read. */
const settingFlags: readonly [flag: string, group: keyof SettingsChange, member: string, read: ReadFlag][] = [
  ['host', 'network', 'host', textFlag],
  ['host-names', 'network', 'names', listFlag],
  ['require-key', 'network', 'requireKey', yesFlag],
  ['body-bytes', 'limits', 'bodyBytes', numberFlag],
  ['rows-per-request', 'limits', 'rows', numberFlag],
  ['waiting-rows', 'limits', 'waitingRows', numberFlag],
  ['requests-per-minute', 'limits', 'requestsPerMinute', numberFlag],
  ['request-milliseconds', 'limits', 'requestMilliseconds', numberFlag],
  ['connections', 'limits', 'connections', numberFlag],
  ['rows-per-batch', 'batch', 'rows', numberFlag],
  ['batch-milliseconds', 'batch', 'milliseconds', numberFlag],
  ['log-requests', 'serverLog', 'requests', textFlag],
  ['cors-origins', 'cors', 'origins', listFlag],
  ['log-retention-days', 'log', 'retentionDays', numberFlag],
  ['log-sampling', 'log', 'sampling', numberFlag],
  ['log-disk-bytes', 'log', 'diskBytes', numberFlag],
  ['profile', 'profile', 'enabled', yesFlag],
  ['profile-answered', 'profile', 'answered', yesFlag],
];

export const deploySettingsCommands: Command[] = [
  {
    words: 'deploy configure',
    usage:
      'D [--rows-per-batch N] [--batch-milliseconds N] [--requests-per-minute N] [--rows-per-request N] [--waiting-rows N] [--body-bytes N] [--request-milliseconds N] [--connections N] [--log-requests all|failures|none] [--cors-origins O,…] [--log-retention-days N] [--log-sampling S] [--log-disk-bytes N] [--profile yes|no] [--profile-answered yes|no] [--host H] [--host-names N,…] [--require-key yes|no] [--port N]',
    summary: 'Changes settings of a deployment; `default` for a value takes its own back.',
    example: 'galley deploy configure price --rows-per-batch 64 --requests-per-minute 600',
    flags: { ...Object.fromEntries(settingFlags.map(([flag]) => [flag, text])), port: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.configure',
    input: ([deployment], flags) =>
      given({ deployment, settings: readSettings(flags), port: readFlag(flags, 'port', numberFlag) }),
    print: settingsTable,
  },
  {
    words: 'deploy open',
    usage: 'D [--host H]',
    summary:
      'Lets other machines of the network call a deployment that has an API key; without --host at all addresses.',
    example: 'galley deploy open price',
    flags: { host: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.configure',
    input: ([deployment], { host = everyAddress }) => ({ deployment, settings: { network: { host } } }),
    print: ({ deployment, addresses }: SettingsAnswer) => [
      addresses.length > 0
        ? `Other machines reach ${deployment.name} at ${addresses.join(' or ')}, with an API key.`
        : `Other machines will reach ${deployment.name} once it runs, with an API key.`,
      'What is sent is not encrypted: put a proxy that speaks TLS before it where others could listen.',
      ...deploymentStateLines(deployment),
    ],
  },
  {
    words: 'deploy close',
    usage: 'D',
    summary: 'Closes a deployment to the network: only programs of this machine may call it.',
    example: 'galley deploy close price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.configure',
    input: ([deployment]) => ({ deployment, settings: { network: { host: null } } }),
    print: ({ deployment }: SettingsAnswer) => [
      `Only programs of this machine reach ${deployment.name}.`,
      ...deploymentStateLines(deployment),
    ],
  },
  {
    words: 'deploy settings',
    usage: 'D',
    summary: 'What is set of a deployment, and the defaults of the rest.',
    example: 'galley deploy settings price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.settings',
    input: ([deployment]) => ({ deployment }),
    print: settingsTable,
  },
];

/** What the flag says, null where it is `default`. */
function readFlag(flags: Flags, name: string, read: ReadFlag): unknown {
  return flags[name] === 'default' ? null : read(flags, name);
}

function readSettings(flags: Flags): SettingsChange {
  const change: Record<string, Record<string, unknown>> = {};
  for (const [flag, group, member, read] of settingFlags) {
    if (flags[flag] === undefined) continue;
    change[group] = { ...change[group], [member]: readFlag(flags, flag, read) };
  }
  return change as SettingsChange;
}

function settingsTable({ deployment, settings, effective }: SettingsAnswer): string[] {
  const rows = settingFlags.map(([flag, group, member]) => {
    const value = (effective[group] as Record<string, unknown>)[member];
    const set = (settings[group] as Record<string, unknown> | undefined)?.[member] !== undefined;
    return [`--${flag}`, shown(value), set ? '' : 'default'];
  });
  const port = ['--port', deployment.port ?? 'a free one', ''];
  return [...table(['setting', 'value', ''], [...rows, port]), ...deploymentStateLines(deployment)];
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
