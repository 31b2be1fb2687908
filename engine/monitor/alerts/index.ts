import type { alertCalls, PastAlert, Rule } from '../../contract/monitor-alerts.ts';
import type { DeploymentSpec, DeployPhase } from '../../deploy/index.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { SecretStore } from '../../store/secrets.ts';
import { Trust } from '../../store/trust.ts';
import type { DeploymentReports, ReportSources } from '../deployment-report.ts';
import type { TimeRange } from '../logged-rows.ts';
import type { DeploymentPerformances } from '../performance/deployment-performance.ts';
import type { TimeWindow } from '../windows.ts';
import { type AlertStore, pastAlert, type StoredAlert } from './alert-store.ts';
import { alertHandlers } from './calls.ts';
import { ChannelStore } from './channels/channel-store.ts';
import { type ChannelParts, Channels } from './channels/index.ts';
import type { PipelineNote } from './channels/message.ts';
import { driftMetrics } from './drift-metrics.ts';
import { Herald } from './herald.ts';
import { breachOf, judgeRule, metricsByName, type Verdict } from './judge.ts';
import { performanceMetrics } from './performance-metrics.ts';
import { type Finding, raiseAlerts } from './raise.ts';
import { type RuleMetric, RuleMetrics } from './rule-metric.ts';
import { RuleStore } from './rule-store.ts';
import { type RuleSources, rulesOf } from './rules.ts';
import { type StandingAlert, standingAlerts } from './standing-alerts.ts';
import { Tellings } from './tellings.ts';
import { trafficMetrics } from './traffic-metrics.ts';

/** Alerts that a check raised or made graver, and all that are not resolved after it. */
export interface CheckResult {
  raised: StoredAlert[];
  open: StoredAlert[];
}

export interface RangeCheckResult extends CheckResult {
  /** What broke in the range, in one alert, as rules that are broken in the same window are. */
  wouldHaveRaised: PastAlert[];
}

export interface AlertSources {
  sources: ReportSources;
  deploy: DeployPhase;
  reports: DeploymentReports;
  performances: DeploymentPerformances;
  secrets?: ChannelParts['secrets'];
  trust?: ChannelParts['trust'];
}

/** How often it is looked whether something is to be told: after quiet hours, a snooze, or a failure. */
const tellMilliseconds = 15_000;

/** Rules, the alerts that they raise, and where these are told. */
export class Alerts {
  readonly handlers: Handlers<typeof alertCalls>;
  /** Where other parts of the monitor add what rules may watch. */
  readonly metrics = new RuleMetrics();
  readonly #store: AlertStore;
  readonly #context: EngineContext;
  readonly #reports: DeploymentReports;
  readonly #deploy: Pick<DeployPhase, 'logParts'>;
  readonly #rules: RuleSources;
  readonly #tellings: Tellings;
  readonly #herald: Herald;
  readonly #channels: Channels;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: EngineContext, { sources, deploy, reports, performances, secrets, trust }: AlertSources) {
    const { database, clock } = context;
    this.#context = context;
    this.#reports = reports;
    this.#deploy = deploy;
    this.#store = sources.store.alerts;
    this.#tellings = new Tellings(database);
    const channelStore = new ChannelStore(database);
    const channels = new Channels({
      context,
      store: channelStore,
      secrets: secrets ?? new SecretStore(),
      trust: trust ?? new Trust(),
    });
    this.#channels = channels;
    context.actions.add(() => channels.actions());
    this.#rules = {
      rules: new RuleStore(database),
      channels: channelStore,
      metrics: this.metrics,
      references: sources.references,
      limits: sources.store,
    };
    this.#herald = new Herald({ context, alerts: this.#store, tellings: this.#tellings, channels });
    this.metrics.add(performanceMetrics({ ...sources, deploy, performances, reports }));
    this.metrics.add(driftMetrics(reports, sources.references));
    this.metrics.add(trafficMetrics({ ...sources, deploy, clock }));
    const alerts = this.#store;
    const retry = (channel: string) => this.#herald.retry(channel);
    const parts = { context, deploy, reports, sources: this.#rules, alerts, tellings: this.#tellings, channels, retry };
    this.handlers = alertHandlers(parts);
  }

  /**
   * Judges the rules of a deployment by the newest windows, or by a range as one that has just ended, and tells what that
   * raises. A rule that cannot be judged keeps no other from it. How well an earlier version answered raises nothing against
   * the one that answers now.
   */
  async check(spec: DeploymentSpec, range: TimeRange = { since: null, until: null }): Promise<CheckResult> {
    const standing = this.#standing(spec);
    const { rules, findings, failures } = await this.#judge(
      spec,
      range,
      (rule, { cause }, { window }) =>
        !standing.has(rule.name) && !(cause === 'performance' && this.#isOfOthers(spec, window)),
    );
    const parts = { context: this.#context, alerts: this.#store, tellings: this.#tellings };
    const told = raiseAlerts(parts, spec, rules, findings);
    this.#herald.tell();
    if (failures.length > 0) throw failures[0];
    const alerts = this.#store.list(spec.id);
    return {
      raised: alerts.filter(({ id }) => told.includes(id)),
      open: alerts.filter(({ state }) => state !== 'resolved'),
    };
  }

  /** What the rules say of a range as one window. Nothing is raised, told or resolved by it: what stands is of now. */
  async checkRange(spec: DeploymentSpec, range: TimeRange): Promise<RangeCheckResult> {
    const { findings, failures } = await this.#judge(spec, range, () => true);
    if (failures.length > 0) throw failures[0];
    const breaches = findings.flatMap(({ breach }) => breach ?? []);
    return {
      raised: [],
      open: this.#store.unresolved(spec.id),
      wouldHaveRaised: breaches.length === 0 ? [] : [pastAlert(spec, breaches)],
    };
  }

  /** Whether other versions than the one of now answered all rows of a window that the log has. */
  #isOfOthers({ id, version }: DeploymentSpec, { from, to }: TimeWindow): boolean {
    const parts = this.#deploy.logParts(id, from, to);
    return parts.length > 0 && parts.every((part) => part.version !== version);
  }

  /** @param isNew whether it is asked what lies behind a broken rule */
  async #judge(
    spec: DeploymentSpec,
    range: TimeRange,
    isNew: (rule: Rule, metric: RuleMetric, broken: NonNullable<Verdict['broken']>) => boolean,
  ) {
    const metrics = await metricsByName(this.metrics, spec);
    const rules = (await rulesOf(this.#rules, spec)).filter(({ metric }) => metrics.has(metric));
    const findings: Finding[] = [];
    const failures: unknown[] = [];
    for (const rule of rules.filter(({ isOn }) => isOn)) {
      const metric = metrics.get(rule.metric) as RuleMetric;
      try {
        const verdict = await judgeRule(this.#reports, spec, metric, rule, range);
        if (!verdict) continue;
        const { broken } = verdict;
        const breach = broken && isNew(rule, metric, broken) ? await breachOf(spec, metric, rule, broken) : null;
        findings.push({ rule, verdict, breach });
      } catch (error) {
        failures.push(error);
      }
    }
    return { rules, findings, failures };
  }

  /** Whether a rule of the deployment may break while nothing comes in. */
  async movesOn(spec: DeploymentSpec): Promise<boolean> {
    const metrics = await metricsByName(this.metrics, spec);
    return this.#rules.rules.list(spec.id).some(({ isOn, metric }) => isOn && metrics.get(metric)?.dependsOnNow);
  }

  /** Those of a deployment that are not resolved. */
  standing({ id }: Pick<DeploymentSpec, 'id'>): StandingAlert[] {
    return standingAlerts(this.#store, this.#rules.rules, id);
  }

  /** The rules of a deployment as they are kept, as a text that changes with them. */
  rulesText(deploymentId: string): string {
    return JSON.stringify(this.#rules.rules.list(deploymentId));
  }

  /** Wakes alerts whose time of silence is over, and tells what is due. Where it fails, it is said and tried again later. */
  tell(): void {
    try {
      this.#wake();
      this.#herald.tell();
    } catch (error) {
      console.error(error);
    }
  }

  start(): void {
    this.tell();
    this.#timer = setInterval(() => this.tell(), tellMilliseconds).unref();
  }

  /** Tells a channel what a pipeline says. @throws GalleyError as `Channels.tell` */
  async tellNote(channel: string, id: string, note: PipelineNote): Promise<void> {
    await this.#channels.tell(channel, id, note);
    this.#herald.retry(channel);
  }

  /** Once every channel was tried that had to be told until now. */
  settled(): Promise<void> {
    return this.#herald.settled();
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    return this.#herald.stop();
  }

  /** Rules that stand broken for the version that answers now. */
  #standing(spec: DeploymentSpec): ReadonlySet<string> {
    const ofVersion = this.#store.unresolved(spec.id).filter(({ version }) => version === spec.version);
    return new Set(ofVersion.flatMap(({ breaches }) => breaches.map(({ rule }) => rule)));
  }

  #wake(): void {
    const { clock, database, events } = this.#context;
    const now = clock.now();
    for (const alert of this.#store.awoken(now)) {
      database.transaction(() => {
        this.#store.setState(alert.id, 'open');
        this.#tellings.tellAgain(alert, this.#storedRules(alert), now);
      });
      events.publish({ type: 'phase.changed', phase: 'monitor', subject: alert.deployment });
    }
  }

  #storedRules({ deploymentId }: StoredAlert) {
    return this.#rules.rules.list(deploymentId);
  }
}
