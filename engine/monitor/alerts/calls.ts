import { GalleyError } from '../../base/errors.ts';
import type { alertCalls } from '../../contract/monitor-alerts.ts';
import type { DeployPhase } from '../../deploy/index.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { DeploymentReports } from '../deployment-report.ts';
import { timeRange } from '../time-range.ts';
import { type AlertStore, alertView, type StoredAlert } from './alert-store.ts';
import type { Channels } from './channels/index.ts';
import { metricsByName } from './judge.ts';
import { type RuleSources, removeRule, requireMetric, rulesOf, setRule } from './rules.ts';
import type { Tellings } from './tellings.ts';
import { testRule } from './test-rule.ts';

export interface AlertParts {
  context: EngineContext;
  deploy: Pick<DeployPhase, 'find'>;
  reports: Pick<DeploymentReports, 'of'>;
  sources: RuleSources;
  alerts: AlertStore;
  tellings: Tellings;
  channels: Channels;
  /** Tells what failed on a channel before. */
  retry(channel: string): void;
}

/** One handler per call about alerts, their rules and where they are told. */
export function alertHandlers(parts: AlertParts): Handlers<typeof alertCalls> {
  const { context, deploy, reports, sources, alerts, tellings, channels, retry } = parts;
  const changed = (subject?: string) => context.events.publish({ type: 'phase.changed', phase: 'monitor', subject });
  const setState = (id: string, change: () => void) => {
    const { deployment } = requireAlert(alerts, id);
    context.database.transaction(() => {
      change();
      tellings.silence(id);
    });
    changed(deployment);
    return { alert: alertView(requireAlert(alerts, id)) };
  };
  return {
    alerts: async ({ deployment }) => {
      const found = alerts.list(deployment === undefined ? undefined : deploy.find(deployment).id);
      return { alerts: found.map(alertView) };
    },
    acknowledge: async ({ alert: id }) => setState(id, () => alerts.setState(id, 'acknowledged')),
    snooze: async ({ alert: id, until }) => {
      if (!(Date.parse(until) > context.clock.now())) {
        throw new GalleyError('monitor.invalid_range', `${until} is no time to come.`, {
          hint: 'Choose a time to come with --until, or how long with --for.',
          details: { until },
        });
      }
      return setState(id, () => alerts.setState(id, 'snoozed', Date.parse(until)));
    },
    rules: async ({ deployment }) => {
      const spec = deploy.find(deployment);
      const metrics = await metricsByName(sources.metrics, spec);
      return {
        rules: await rulesOf(sources, spec),
        metrics: [...metrics.values()].map(({ name, says }) => ({ metric: name, says })),
      };
    },
    setRule: async ({ deployment, name, ...changes }) => {
      const spec = deploy.find(deployment);
      const rule = await setRule(sources, spec, name, changes);
      changed(spec.name);
      return { rule };
    },
    removeRule: async ({ deployment, name }) => {
      const spec = deploy.find(deployment);
      removeRule(sources, spec, name);
      changed(spec.name);
      return { name };
    },
    testRule: async ({ deployment, rule, ...range }) => {
      const spec = deploy.find(deployment);
      const metric = await requireMetric(sources, spec, rule.metric);
      return testRule(reports, spec, metric, rule, timeRange(range));
    },
    channels: async () => ({ channels: await channels.list() }),
    setChannel: async ({ secret, ...spec }) => {
      const channel = await channels.set(spec, secret);
      retry(spec.name);
      changed();
      return { channel };
    },
    removeChannel: async ({ name }) => {
      await channels.remove(name);
      context.database.transaction(() => {
        sources.rules.forgetChannel(name);
        tellings.forgetChannel(name);
      });
      changed();
      return { name };
    },
    testChannel: async ({ name }) => {
      try {
        const says = await channels.test(name);
        retry(name);
        return { says };
      } finally {
        changed();
      }
    },
  };
}

/** @throws GalleyError `monitor.alert_not_found` */
function requireAlert(alerts: AlertStore, id: string): StoredAlert {
  const alert = alerts.find(id);
  if (!alert) throw new GalleyError('monitor.alert_not_found', `There is no alert ${id}.`, { details: { id } });
  return alert;
}
