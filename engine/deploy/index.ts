import type { Deployment, deployCalls } from '../contract/deploy.ts';
import type { Signature } from '../contract/values.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext, Phase } from '../jobs/context.ts';
import { Trust } from '../store/trust.ts';
import { deployHandlers } from './calls.ts';
import { deployHolder, type RowKeeper } from './deploy-holder.ts';
import { deploymentsOf } from './deploy-lineage.ts';
import { DeploymentStreams } from './deployment-streams.ts';
import { type AliasMoved, Deployments } from './deployments.ts';
import { Fleet, type FleetOptions, type StateListener, type StatusListener } from './fleet.ts';
import { DeploymentKeys } from './keys.ts';
import { type LabelListener, LabelSegments } from './label-segments.ts';
import type { LogRemoval, RemovalListener } from './log-removal.ts';
import type { LogDamage, RemovedRows, TrafficTotals } from './log-store.ts';
import { type CollectionListener, type LogPart, PredictionLogs, type UnprofiledPart } from './prediction-logs.ts';
import type { BackOff } from './server-supervisor.ts';
import { type DeploymentSpec, DeploymentStore, type Release } from './store.ts';
import { takeBack } from './traffic.ts';
import { ModelVersions, type PackagesForDeploy } from './versions.ts';
import { FolderScorer, type WatchTimes } from './watch/folder-scorer.ts';
import { WatchStore } from './watch/watch-store.ts';

export { inputColumn, labelColumn, predictionColumn, probabilityColumn } from './log-columns.ts';
export type {
  AliasMoved,
  BackOff,
  DeploymentSpec,
  LogPart,
  LogRemoval,
  PackagesForDeploy,
  Release,
  TrafficTotals,
  UnprofiledPart,
};

export interface DeployPhase extends Phase<typeof deployCalls> {
  /** By name or id. @throws GalleyError `deploy.not_found` */
  find(nameOrId: string): DeploymentSpec;
  list(): DeploymentSpec[];
  /** Every version that went live for all callers, oldest first. */
  releases(deploymentId: string): Release[];
  /** What a version of a deployment's model takes and gives. */
  signature(model: string, version: number): Promise<Signature>;
  /** Brings all that was answered until now into the log parts and the traffic counts. */
  collect(deploymentId: string): Promise<void>;
  /** Parquet files that may hold rows with event times in [since, until), UTC epoch milliseconds; null is open. */
  logParts(deploymentId: string, since: number | null, until: number | null): LogPart[];
  /** Works on those files; none of them is removed before that is done. */
  readLog: PredictionLogs['read'];
  /** Requests by the minute of their receipt, in [since, until). */
  traffic(deploymentId: string, since: number | null, until: number | null): TrafficTotals;
  /** Rows of the log that are kept no more, null where there are none. */
  removedRows(deploymentId: string): RemovedRows | null;
  /** What of the log could not be read when it was collected; null where all could. */
  logDamage(deploymentId: string): LogDamage | null;
  /** Is told of labels that a prediction server was sent, when they are collected. */
  onLabels(listener: LabelListener): void;
  /** Is called after rows came into a log, before its parts are joined or removed. */
  onCollection(listener: CollectionListener): void;
  /** Works on a part whose rows are not in the profiles yet, the oldest one; null where there is none. */
  readUnprofiled: PredictionLogs['readUnprofiled'];
  /** Rows of the parts that may hold event times in [since, until) and are not in the profiles yet. */
  unprofiledRows(deploymentId: string, since: number | null, until: number | null): number;
  /** Call it in the transaction that brings its rows into the profiles. @returns false where they are there already, or it is gone */
  markProfiled(partId: number): boolean;
  /** Tells what keeps something of the rows of a version, which is not deleted then. */
  addRowKeeper(keeper: RowKeeper): void;
  /** Is called before rows leave a log, and once a day for what is older than a log is kept. */
  onRemoval(listener: RemovalListener): void;
  /** Asks the deployment's server, where one runs, what it did: the listeners of its status are told. */
  askServer(deploymentId: string): Promise<void>;
  /** Is told what a server says of itself whenever it was asked, and last before it is ended. */
  onStatus(listener: StatusListener): void;
  /** Is told when a server begins, ends, or is ended. */
  onState(listener: StateListener): void;
  /** What is of a deployment's server. */
  serverState(deploymentId: string): { status: Deployment['status']; error: string | null };
  /** Of the server's process, undefined where none is ready. */
  processId(nameOrId: string): number | undefined;
  /** Resolves when every server was made as it is wanted now: after an alias moved, when the swaps are done. */
  settled(): Promise<void>;
}

export interface DeployOptions {
  backOff?: BackOff;
  /** Of watched folders. */
  watchTimes?: WatchTimes;
}

/** How often logs are brought into Parquet, and what is beyond their bounds removed, while nobody asks for them. */
const collectMilliseconds = 5 * 60 * 1000;

/** Prediction servers: started, watched, swapped, ended; and the log of what they answered. */
export function createDeployPhase(
  context: EngineContext,
  data: Pick<DataPhase, 'marks' | 'open'>,
  packages: PackagesForDeploy,
  { backOff, watchTimes }: DeployOptions = {},
): DeployPhase {
  const store = new DeploymentStore(context.database);
  const keys = new DeploymentKeys(context);
  const deployments = new Deployments(context, store, keys);
  const versions = new ModelVersions(packages, data.marks);
  const logs = new PredictionLogs(context);
  const labels = new LabelSegments(context, logs.store);
  const streams = new DeploymentStreams(context);
  const breached: FleetOptions['breached'] = (id, breach) =>
    void takeBack(parts, id, breach).catch((error) => console.error(error));
  const { traffic } = deployments;
  const fleet = new Fleet({ context, store, traffic, versions, logs, labels, keys, streams, breached, backOff });
  const trust = new Trust();
  const trusted = () => trust.has(context.project);
  const watches = new WatchStore(context.database);
  context.actions.add(() =>
    watches.list().map(({ name, folder, reference }) => ({
      place: `watched folder ${name}`,
      does: `scores the files of ${folder} with ${reference}`,
      needs: null,
    })),
  );
  const scorer = new FolderScorer({ context, versions, data, store: watches, trusted }, watchTimes);
  const parts = {
    data,
    context,
    deployments,
    fleet,
    versions,
    keys,
    streams,
    logs,
    watches,
    scorer,
  };
  const wantedRunning = () => store.list().filter(({ wanted }) => wanted === 'running');
  const collectAll = async () => {
    for (const spec of store.list()) await fleet.collect(spec).catch((error) => console.error(error));
  };
  let timer: NodeJS.Timeout | undefined;

  packages.onAliasMoved((move) => {
    for (const { id } of deployments.aliasMoved(move)) {
      // After this turn the transaction has ended, well or not, and what is wanted stands.
      queueMicrotask(() => void fleet.reconcile(id));
    }
  });

  const keepers: RowKeeper[] = [(id, version) => logs.store.hasRowsOf(id, version)];
  packages.addHolder(deployHolder(deployments, watches, (id, version) => keepers.some((keeps) => keeps(id, version))));
  packages.addDescendants(deploymentsOf(deployments));

  const stopListening = context.events.listen((event) => {
    if (event.type === 'phase.changed' && event.phase === 'data') fleet.remask();
  });

  return {
    handlers: deployHandlers(parts),
    start: async () => {
      for (const { id } of wantedRunning()) void fleet.restart(id);
      scorer.start();
      timer = setInterval(() => void collectAll(), collectMilliseconds).unref();
    },
    stop: async () => {
      stopListening();
      clearInterval(timer);
      await scorer.stop();
      await fleet.close();
      await logs.settled();
    },
    busy: () =>
      (watches.list().length > 0 && trusted()) ||
      wantedRunning().some(({ id }) => ['starting', 'running'].includes(fleet.state(id).status)),
    find: (nameOrId) => deployments.get(nameOrId),
    list: () => store.list(),
    releases: (deploymentId) => store.releases(deploymentId).filter(({ kind }) => kind !== 'traffic'),
    signature: (model, version) => versions.signature(model, version),
    collect: (deploymentId) => fleet.collect(deployments.get(deploymentId)),
    logParts: (deploymentId, since, until) => logs.parts(deploymentId, since, until),
    readLog: (deploymentId, range, read) => logs.read(deploymentId, range, read),
    traffic: (deploymentId, since, until) => logs.store.traffic(deploymentId, since, until),
    removedRows: (deploymentId) => logs.store.removed(deploymentId),
    logDamage: (deploymentId) => logs.store.damage(deploymentId),
    onLabels: (listener) => labels.onLabels(listener),
    onCollection: (listener) => logs.onCollection(listener),
    readUnprofiled: (deploymentId, read, isWanted) => logs.readUnprofiled(deploymentId, read, isWanted),
    unprofiledRows: (deploymentId, since, until) => logs.unprofiledRows(deploymentId, since, until),
    addRowKeeper: (keeper) => keepers.push(keeper),
    markProfiled: (partId) => logs.store.markProfiled(partId),
    onRemoval: (listener) => logs.onRemoval(listener),
    askServer: (deploymentId) => fleet.keepTraffic(deploymentId),
    onStatus: (listener) => fleet.onStatus(listener),
    onState: (listener) => fleet.onState(listener),
    serverState: (deploymentId) => {
      const { status, error } = fleet.state(deploymentId);
      return { status, error: error?.message ?? null };
    },
    processId: (nameOrId) => fleet.client(deployments.get(nameOrId).id)?.pid,
    settled: () => fleet.settled(),
  };
}
