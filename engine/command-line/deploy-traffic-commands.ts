import { listed } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { deployCalls } from '../contract/deploy.ts';
import type { Canary, VersionStatus } from '../contract/traffic.ts';
import { type Command, type Flags, given, numberFlag, usageError } from './command.ts';
import { deploymentStateLines } from './deployment-state-lines.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;
const none = 'none';

type TrafficOutput = OutputOf<typeof deployCalls.traffic>;

/** Flags of `deploy start` and `deploy traffic` that name versions beside the active one. */
export const trafficFlags = { canary: text, shadow: text } as const;

/**
 * `--canary 3:10` and `--shadow 4`; `none` is null.
 * @throws GalleyError `cli.usage`
 */
export function trafficInput({ canary, shadow }: Flags): { canary?: Canary | null; shadow?: number | null } {
  return {
    canary: canary === undefined ? undefined : canary === none ? null : readCanary(String(canary)),
    shadow: shadow === undefined ? undefined : shadow === none ? null : readVersion('shadow', String(shadow)),
  };
}

function readCanary(given: string): Canary {
  const [, version, percent] = /^(\d+):(\d+(?:\.\d+)?)%?$/.exec(given) ?? [];
  if (version === undefined || Number(percent) > 100)
    throw usageError(`--canary takes a version and a percentage up to 100, such as 3:10, not "${given}".`);
  return { version: Number(version), percent: Number(percent) };
}

function readVersion(flag: string, given: string): number {
  if (!/^[1-9]\d*$/.test(given)) throw usageError(`--${flag} takes the number of a version, not "${given}".`);
  return Number(given);
}

const boundFlags = {
  errorShare: 'max-error-share',
  p95Milliseconds: 'max-p95',
  disagreement: 'max-disagreement',
  requests: 'window',
  minutes: 'minutes',
};

/** @throws GalleyError `cli.usage` */
function boundsInput(flags: Flags): Record<string, number | undefined> | null | undefined {
  const set = Object.entries(boundFlags).filter(([, flag]) => flags[flag] !== undefined);
  if (!flags['no-bounds'])
    return set.length === 0
      ? undefined
      : Object.fromEntries(set.map(([name, flag]) => [name, numberFlag(flags, flag)]));
  if (set.length === 0) return null;
  const names = listed(set.map(([, flag]) => `--${flag}`));
  throw usageError(
    `--no-bounds takes the bounds away, ${names} ${set.length === 1 ? 'sets one' : 'set some'}: give one or the other.`,
  );
}

/** What each version of a server did. */
export function versionTable(versions: readonly VersionStatus[]): string[] {
  return table(
    ['version', 'is', 'callers %', 'requests', 'errors', 'p95 ms', 'compared rows', 'disagreement'],
    versions.map(({ version, roles, state, percent, requests, errors, latency, compared }) => [
      version,
      roles.join(', ') || state,
      percent,
      requests,
      errors,
      latency.p95,
      compared.rows,
      compared.disagreement,
    ]),
  );
}

function trafficLines({ deployment }: TrafficOutput): string[] {
  const { name, version, traffic } = deployment;
  const { canary, shadow, bounds } = traffic;
  return [
    `${name} answers with version ${version}${canary ? `, ${canary.percent} % of the callers with version ${canary.version}` : ''}.`,
    ...(shadow === null ? [] : [`Version ${shadow} is compared with it.`]),
    ...(bounds === null ? [] : ['A version that passes its bounds is taken back.']),
    ...deploymentStateLines(deployment),
  ];
}

const ofDeployment = {
  usage: 'D',
  flags: {},
  positionals: { minimum: 1, maximum: 1 },
  json: ({ deployment }: TrafficOutput) => ({ deployments: [deployment] }),
};

export const deployTrafficCommands: Command[] = [
  {
    ...ofDeployment,
    words: 'deploy traffic',
    usage:
      'D [--canary V:PERCENT|none] [--shadow V|none] [--max-error-share S] [--max-p95 MS] [--max-disagreement X] [--window N] [--minutes M] [--no-bounds] [--accept-breaking]',
    summary: 'Lets another version answer some callers, or be compared, and says when it is taken back.',
    example: 'galley deploy traffic price --canary 3:10 --max-error-share 0.01 --window 200',
    flags: {
      ...trafficFlags,
      ...Object.fromEntries(Object.values(boundFlags).map((flag) => [flag, text])),
      'no-bounds': { type: 'boolean' },
      'accept-breaking': { type: 'boolean' },
    },
    call: 'deploy.traffic',
    input: ([deployment], flags) =>
      given({
        deployment,
        ...trafficInput(flags),
        bounds: boundsInput(flags),
        acceptBreaking: flags['accept-breaking'],
      }),
    print: trafficLines,
  },
  {
    ...ofDeployment,
    words: 'deploy promote',
    usage: 'D [--accept-breaking]',
    summary: 'Lets the canary answer all callers; an alias that is followed moves to it.',
    example: 'galley deploy promote price',
    flags: { 'accept-breaking': { type: 'boolean' } },
    call: 'deploy.promote',
    input: ([deployment], flags) => given({ deployment, acceptBreaking: flags['accept-breaking'] }),
    print: trafficLines,
  },
  {
    ...ofDeployment,
    words: 'deploy rollback',
    summary: 'Puts back the version that answered before; an alias is followed no more.',
    example: 'galley deploy rollback price',
    call: 'deploy.rollback',
    input: ([deployment]) => ({ deployment }),
    print: trafficLines,
  },
];
