import { isoTime } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { InputOf, OutputOf } from '../contract/call.ts';
import type { deployCalls } from '../contract/deploy.ts';
import { wholeSettings } from '../contract/deploy-settings.ts';
import type { ServingStatus } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import type { DataPhase } from '../data/index.ts';
import type { Handlers } from '../jobs/context.ts';
import { breakingChanges } from '../serving/signature-changes.ts';
import { predictFile } from './batch/predict-file.ts';
import type { DeploymentStreams } from './deployment-streams.ts';
import { refuseBreaking } from './deployments.ts';
import { type KeyParts, keyHandlers } from './key-calls.ts';
import { logHandlers } from './log-calls.ts';
import { networkAddresses } from './network-addresses.ts';
import type { PredictionLogs } from './prediction-logs.ts';
import { changeServed } from './served-change.ts';
import type { DeploymentSpec } from './store.ts';
import { streamHandlers } from './stream-calls.ts';
import { divideTraffic, promoteCanary, rollBack, versionBeforeThis } from './traffic.ts';
import { tryRow } from './try-row.ts';
import type { DeploymentTarget } from './versions.ts';
import { type WatchParts, watchHandlers } from './watch/watch-calls.ts';

export interface DeployParts extends KeyParts, WatchParts {
  data: Pick<DataPhase, 'open'>;
  streams: DeploymentStreams;
  logs: PredictionLogs;
}

type SettingsOutput = OutputOf<typeof deployCalls.settings>;
type StartOutput = OutputOf<typeof deployCalls.start>;

/** One handler per call of the deploy phase. */
export function deployHandlers(parts: DeployParts): Handlers<typeof deployCalls> {
  const { context, deployments, fleet } = parts;
  return {
    ...streamHandlers(parts),
    ...logHandlers(parts),
    ...keyHandlers(parts),
    ...watchHandlers(parts),
    start: (input) => start(parts, input),
    stop: async ({ deployment }) => {
      const spec = deployments.get(deployment);
      deployments.store.setWanted(spec.id, 'stopped');
      await fleet.reconcile(spec.id);
      // It has stopped, whether its log can be collected now or later.
      await fleet.collect(spec).catch((error) => console.error(error));
      return { deployment: fleet.view(deployments.get(spec.id)) };
    },
    maskLog: async ({ deployment, maskLog }) => {
      const spec = deployments.get(deployment);
      await changeServed(parts, spec.id, () => ({
        part: 'settings',
        make: () => deployments.store.setLogMask(spec.id, maskLog === 'none' ? null : maskLog),
      }));
      context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: spec.name });
      return { deployment: fleet.view(deployments.get(spec.id)) };
    },
    configure: (input) => configure(parts, input),
    settings: async ({ deployment }) => settingsOf(parts, deployments.get(deployment)),
    traffic: (input) => divideTraffic(parts, input),
    promote: (input) => promoteCanary(parts, input),
    rollback: ({ deployment }) => rollBack(parts, deployment),
    list: async () => ({ deployments: deployments.store.list().map((spec) => fleet.view(spec)) }),
    status: async ({ deployment }) => status(parts, deployments.get(deployment)),
    try: async ({ deployment, row, explanation }) => {
      const spec = deployments.get(deployment);
      const { url } = fleet.state(spec.id);
      if (url === null) throw notRunning(spec);
      return tryRow(url, parts.keys.own, row, explanation);
    },
    modelFiles: async ({ reference }) => {
      const { model, version } = await parts.versions.resolve(reference);
      return { model, ...(await parts.versions.served(model, version.version)) };
    },
    predict: (input) => predictFile(parts, input),
  };
}

async function start(parts: DeployParts, input: InputOf<typeof deployCalls.start>): Promise<StartOutput> {
  const { deployments, fleet, versions } = parts;
  const target = await versions.resolve(input.reference);
  const name = input.name ?? target.model;
  const logMask = input.maskLog === 'none' ? null : input.maskLog;
  const want = (wanted: DeploymentTarget) => deployments.want(wanted, name, input.port, logMask);
  const tell = (one: string) => fleet.restart(one);
  const existing = deployments.store.find(name);
  const wasRunning = existing !== undefined && fleet.client(existing.id) !== null;
  if (existing) {
    await changeServed(parts, existing.id, async (before) => {
      const wanted = await versions.resolve(input.reference);
      if (!input.acceptBreaking) await refuseBreakingStart(parts, before, wanted);
      return { part: 'versions', make: () => want(wanted), tell };
    });
  } else await tell(want(target).id);
  const spec = deployments.get(name);
  const { id } = spec;
  const { status, url, port, error } = fleet.state(id);
  if (error) throw error;
  const { canary, shadow, acceptBreaking } = input;
  if (canary || shadow) await divideTraffic(parts, { deployment: id, canary, shadow, acceptBreaking });
  if (url === null || port === null) throw notRunning(spec);
  const warnings = wasRunning ? [] : portWarnings(spec, port);
  return { deployment: spec.name, id, url, port, version: spec.version, status, warnings };
}

/** A server that runs is not swapped for a version that its callers may break at. */
async function refuseBreakingStart(
  { versions }: DeployParts,
  existing: DeploymentSpec,
  { model, version: { version } }: DeploymentTarget,
): Promise<void> {
  if (existing.wanted !== 'running' || existing.model !== model || existing.version === version) return;
  const [before, after] = await Promise.all([existing.version, version].map((one) => versions.signature(model, one)));
  refuseBreaking(existing, version, breakingChanges(before as Signature, after as Signature));
}

async function configure(parts: DeployParts, input: InputOf<typeof deployCalls.configure>): Promise<SettingsOutput> {
  const { context, deployments, fleet } = parts;
  const { id, name } = deployments.get(input.deployment);
  await changeServed(parts, id, (before) => {
    let spec = before;
    const startsAgain = () => {
      const [was, is] = [wholeSettings(before.settings), wholeSettings(spec.settings)];
      const moves = spec.port !== before.port || is.network.host !== was.network.host;
      return moves || is.profile.enabled !== was.profile.enabled || is.profile.answered !== was.profile.answered;
    };
    return {
      part: 'settings',
      make: () => {
        spec = deployments.configure(before, input.settings, input.port);
      },
      tell: () => (startsAgain() ? fleet.startAgain(id) : fleet.reconcile(id)),
    };
  });
  context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: name });
  return settingsOf(parts, deployments.get(id));
}

function settingsOf({ fleet }: DeployParts, spec: DeploymentSpec): SettingsOutput {
  const { settings } = spec;
  const effective = wholeSettings(settings);
  const addresses = networkAddresses(effective.network.host, fleet.state(spec.id).port);
  return { deployment: fleet.view(spec), settings, effective, addresses };
}

function portWarnings(spec: DeploymentSpec, port: number): StartOutput['warnings'] {
  if (spec.port === null || spec.port === port) return [];
  return [{ code: 'deploy.port_taken', message: `Port ${spec.port} is taken; ${spec.name} has ${port} instead.` }];
}

async function status(
  { deployments, fleet, versions }: DeployParts,
  spec: DeploymentSpec,
): Promise<OutputOf<typeof deployCalls.status>> {
  const live = await fleet
    .client(spec.id)
    ?.status()
    .catch(() => null);
  const releases = deployments.store.releases(spec.id);
  return {
    deployment: fleet.view(spec),
    signature: await versions.signature(spec.model, spec.version),
    ...figures(live ?? null),
    versionBefore: versionBeforeThis(releases) ?? null,
    releases: releases.map(({ at, ...release }) => ({ ...release, at: isoTime(at) })),
  };
}

/** The live figures of a server; those of one that does not run are empty. */
function figures(live: ServingStatus | null) {
  if (live === null) {
    const latency = { p50: null, p95: null, p99: null };
    return { requests: 0, rows: 0, errors: 0, latency, minutes: [], versions: [], log: null };
  }
  const { requests, rows, errors, latency, log } = live;
  const minutes = live.minutes.map(({ rows: _, ...minute }) => minute);
  return { requests, rows, errors, latency, minutes, versions: live.models[0]?.versions ?? [], log };
}

function notRunning({ name, wanted }: DeploymentSpec): GalleyError {
  const message = `${name} does not run${wanted === 'running' ? ' at the moment' : ''}.`;
  return new GalleyError('deploy.not_running', message, { details: { deployment: name } });
}
