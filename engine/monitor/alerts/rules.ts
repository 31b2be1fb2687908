import { GalleyError } from '../../base/errors.ts';
import { nearestName } from '../../base/nearest-name.ts';
import type { Rule } from '../../contract/monitor-alerts.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import { effectiveLimits } from '../limits.ts';
import type { References } from '../reference.ts';
import type { MonitorStore } from '../store.ts';
import type { ChannelStore } from './channels/channel-store.ts';
import { requireTimeZone } from './quiet-hours.ts';
import type { RuleMetrics } from './rule-metric.ts';
import {
  driftRule,
  isBuiltIn,
  performanceRule,
  type RuleChange,
  type RuleStore,
  type StoredRule,
} from './rule-store.ts';

export interface RuleSources {
  rules: RuleStore;
  channels: ChannelStore;
  metrics: RuleMetrics;
  references: Pick<References, 'of'>;
  limits: Pick<MonitorStore, 'limits'>;
}

/** The rules of a deployment with the bounds that hold for the version that answers now. */
export async function rulesOf(sources: RuleSources, spec: DeploymentSpec): Promise<Rule[]> {
  const { version } = await sources.references.of(spec.model, spec.version);
  const limits = effectiveLimits(version, sources.limits.limits(spec.id));
  const bounds: Record<string, number> = { [performanceRule]: limits.bound, [driftRule]: limits.driftShare };
  return sources.rules.list(spec.id).map((rule) => ({
    ...rule,
    deployment: spec.name,
    isBuiltIn: isBuiltIn(rule.name),
    bound: rule.bound ?? bounds[rule.name] ?? 0,
    comparison: rule.comparison ?? (limits.lowerIsBetter ? 'above' : 'below'),
  }));
}

/**
 * Adds a rule, or changes what is given of one.
 * @throws GalleyError `monitor.rule_incomplete`, `monitor.unknown_metric`, `monitor.built_in_rule`,
 *   `monitor.channel_not_found`, `monitor.unknown_time_zone`
 */
export async function setRule(
  sources: RuleSources,
  spec: DeploymentSpec,
  name: string,
  changes: RuleChange,
): Promise<Rule> {
  const before = sources.rules.find(spec.id, name);
  if (isBuiltIn(name)) requireSameSubject(name, changes, await ruleOf(sources, spec, name));
  else requireWhole(name, changes, before);
  if (changes.metric !== undefined) await requireMetric(sources, spec, changes.metric);
  if (changes.quietHours) requireTimeZone(changes.quietHours.timeZone);
  for (const channel of changes.channels ?? []) sources.channels.require(channel);
  const isNew = before === undefined && !isBuiltIn(name);
  sources.rules.change(spec.id, name, isNew ? { comparison: 'above', ...changes } : changes);
  return ruleOf(sources, spec, name);
}

/** @throws GalleyError `monitor.rule_not_found` */
export async function ruleOf(sources: RuleSources, spec: DeploymentSpec, name: string): Promise<Rule> {
  const rules = await rulesOf(sources, spec);
  const rule = rules.find((candidate) => candidate.name === name);
  if (rule) return rule;
  throw ruleNotFound(spec, name, rules);
}

/** @throws GalleyError `monitor.rule_not_found`, `monitor.built_in_rule` */
export function removeRule({ rules }: Pick<RuleSources, 'rules'>, spec: DeploymentSpec, name: string): void {
  if (isBuiltIn(name)) throw builtInRule(name, 'it cannot be removed');
  if (!rules.remove(spec.id, name)) throw ruleNotFound(spec, name, rules.list(spec.id));
}

/** @throws GalleyError `monitor.unknown_metric` */
export async function requireMetric({ metrics }: Pick<RuleSources, 'metrics'>, spec: DeploymentSpec, name: string) {
  const known = await metrics.of(spec);
  const metric = known.find((candidate) => candidate.name === name);
  if (metric) return metric;
  const near = nearestName(
    name,
    known.map((candidate) => candidate.name),
  );
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  throw new GalleyError('monitor.unknown_metric', `Rules of ${spec.name} cannot watch "${name}".${hint}`, {
    details: { metric: name, metrics: known.map((candidate) => candidate.name) },
  });
}

function requireWhole(name: string, changes: RuleChange, before: StoredRule | undefined): void {
  if (before || (changes.metric !== undefined && changes.bound !== undefined)) return;
  const missing = (['metric', 'bound'] as const).filter((field) => changes[field] === undefined);
  throw new GalleyError('monitor.rule_incomplete', `The rule ${name} is new and has no ${missing.join(' and no ')}.`, {
    details: { name, missing },
  });
}

/** A built-in rule goes on watching what it does. */
function requireSameSubject(name: string, changes: RuleChange, { metric, comparison }: Rule): void {
  const isOther =
    (changes.metric !== undefined && changes.metric !== metric) ||
    (changes.comparison !== undefined && changes.comparison !== comparison);
  if (isOther) throw builtInRule(name, `it watches whether ${metric} is ${comparison} its bound`);
}

function builtInRule(name: string, because: string): GalleyError {
  const message = `Every deployment has the rule ${name}: ${because}.`;
  return new GalleyError('monitor.built_in_rule', message, { details: { name } });
}

function ruleNotFound(spec: DeploymentSpec, name: string, rules: readonly { name: string }[]): GalleyError {
  const known = rules.map((rule) => rule.name);
  return new GalleyError('monitor.rule_not_found', `${spec.name} has no rule "${name}"; it has ${known.join(', ')}.`, {
    details: { name, known },
  });
}
