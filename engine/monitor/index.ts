import type { DataPhase } from '../data/index.ts';
import type { DeployPhase } from '../deploy/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { PackagePhase } from '../package/index.ts';
import { alertsOf } from './alert-lineage.ts';
import { alertView } from './alerts/alert-store.ts';
import { fairnessMetrics } from './alerts/fairness-metrics.ts';
import { Alerts } from './alerts/index.ts';
import { type MonitorParts, monitorHandlers } from './calls.ts';
import { DeploymentReports, type ReportSources } from './deployment-report.ts';
import { LabelStore } from './label-store.ts';
import { labelledRequests } from './labelled-requests.ts';
import { followLogs } from './log-followers.ts';
import type { TimeRange } from './logged-rows.ts';
import { createMeasuring } from './measuring.ts';
import type { MonitorPhase } from './monitor-phase.ts';
import { newLabels } from './new-labels.ts';
import { Overview } from './overview/overview.ts';
import type { HoldoutSources } from './performance/holdouts.ts';
import { profileHandlers } from './profiles/calls.ts';
import { ProfileStore } from './profiles/profile-store.ts';
import { Profiler } from './profiles/profiler.ts';
import { VersionProfiles } from './profiles/version-profiles.ts';
import { DeploymentQualities, type QualitySources } from './quality/deployment-quality.ts';
import { qualityMetrics } from './quality/quality-metrics.ts';
import { type ReferenceSources, References } from './reference.ts';
import { MonitorStore } from './store.ts';
import { createSystemWatch } from './system/system.ts';
import { systemMetrics } from './system/system-metrics.ts';
import { watchDeployments } from './watch.ts';

export type { LabelledWish, LoggedInput } from './labelled-requests.ts';
export type { MonitorPhase };

/** Watches what deployments answer: how much, how well, on what rows; and raises alerts. */
export function createMonitorPhase(
  context: EngineContext,
  data: ReferenceSources['data'] & QualitySources['data'] & Pick<DataPhase, 'marks'>,
  train: ReferenceSources['train'] & HoldoutSources['train'],
  packages: { handlers: ReferenceSources['packages'] } & Pick<
    PackagePhase,
    'addDescendants' | 'reference' | 'signingKeys'
  >,
  deploy: DeployPhase,
): MonitorPhase {
  const system = createSystemWatch(context, deploy);
  const references = new References({ data, train, packages: packages.handlers });
  const store = new MonitorStore(context.database);
  const labels = new LabelStore(context.database);
  const profiles = {
    deploy,
    store: new ProfileStore(context.database),
    versions: new VersionProfiles(context.database, references, packages),
  };
  const measuring = createMeasuring(data, train, deploy, context.database, {
    duck: context.duck,
    deploy,
    references,
    store,
    labels,
    profiles,
  });
  const profiler = new Profiler({ ...profiles, clock: context.clock, duck: context.duck });
  const { fairness, logs, threads } = measuring;
  const sources: ReportSources = {
    duck: context.duck,
    deploy,
    references,
    store,
    labels,
    fairness,
    logs,
    threads,
    profiles,
  };
  followLogs(deploy, context.duck, labels, profiler);
  deploy.addRowKeeper((deploymentId, version) => profiles.store.hasWindowsOf(deploymentId, version));
  const qualities = new DeploymentQualities({
    context,
    clock: context.clock,
    data,
    train,
    deploy,
    references,
    samples: system.samples,
    profiles,
  });
  const reports = new DeploymentReports(sources);
  const alerts = new Alerts(context, { sources, deploy, reports, performances: measuring.performances });
  alerts.metrics.add(systemMetrics(system.samples, context.clock));
  alerts.metrics.add(qualityMetrics({ qualities, references, clock: context.clock }));
  alerts.metrics.add(fairnessMetrics({ references, fairness, marks: data.marks, datasetOf: measuring.datasetOf }));
  packages.addDescendants(alertsOf(store.alerts));

  const check = async (nameOrId: string, range?: TimeRange) => {
    const spec = deploy.find(nameOrId);
    const result = await alerts.check(spec, range);
    context.events.publish({ type: 'phase.changed', phase: 'monitor', subject: spec.name });
    return result;
  };
  const checkRange: MonitorParts['checkRange'] = (nameOrId, range) => alerts.checkRange(deploy.find(nameOrId), range);
  const overview = new Overview({
    ...{ database: context.database, clock: context.clock, deploy, reports, qualities, references, store },
    samples: system.samples,
    labels,
    profiles: profiles.store,
    found: (subject) => context.events.publish({ type: 'phase.changed', phase: 'monitor', subject }),
  });
  const watch = watchDeployments(deploy, labels, {
    check: async (id) => {
      await check(id);
      await overview.refresh();
    },
    movesOn: (id) => alerts.movesOn(deploy.find(id)),
    rulesOf: (id) => alerts.rulesText(id),
  });

  return {
    handlers: {
      ...monitorHandlers({
        context,
        data,
        deploy,
        sources,
        reports,
        qualities,
        samples: system.samples,
        overview,
        check,
        checkRange,
      }),
      ...alerts.handlers,
      ...system.handlers,
      ...measuring.handlers,
      ...profileHandlers(
        context,
        { ...profiles, clock: context.clock, profiler, signingKeys: () => packages.signingKeys() },
        (deploymentId) => deploy.collect(deploymentId),
      ),
    },
    start: async () => {
      alerts.start();
      watch.start();
      system.sampler.start();
    },
    answered: () => alerts.settled(),
    tell: (channel, id, note) => alerts.tellNote(channel, id, note),
    standingAlerts: (deployment) => alerts.standing(deploy.find(deployment)),
    labelsAfter: async (deployment, since, wanted) => {
      const { last } = labels;
      const parts = { context, deploy, store: labels };
      return { rows: await newLabels(parts, deploy.find(deployment), since, wanted), last };
    },
    labelledRequests: (id, wish, path) => labelledRequests({ duck: context.duck, deploy, labels }, { id }, wish, path),
    checkReplayed: async (deployment, range) => {
      const { raised, open } = await check(deployment, range);
      return { raised: raised.map(alertView), open: open.map(alertView) };
    },
    stop: async () => {
      await system.sampler.stop();
      await watch.stop();
      await overview.stop();
      await profiler.stop();
      await alerts.stop();
      await measuring.stop();
    },
  };
}
