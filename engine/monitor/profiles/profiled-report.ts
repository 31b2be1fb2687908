import { isoTime, isoTimeOrNull } from '../../base/clock.ts';
import type { Limits, MonitorReport } from '../../contract/monitor.ts';
import type { ElsewhereReport } from '../../contract/monitor-profiles.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import { notComparedInputs } from '../comparable-input.ts';
import type { Measured, ReportOptions, ReportSources } from '../deployment-report.ts';
import { driftedShare, driftOfWindow, importantColumns } from '../drift.ts';
import { effectiveLimits } from '../limits.ts';
import { withoutRows } from '../multivariate/multivariate-drift.ts';
import type { VersionFacts } from '../reference.ts';
import { commonAxis, type ProfiledFindings, profiledFindings } from './profiled-findings.ts';
import { ProfiledRange } from './profiled-range.ts';

/** What the sums of rows say of a range, here and elsewhere. */
export interface SummedUp extends ProfiledFindings {
  facts: VersionFacts;
  limits: Limits;
  elsewhere: ElsewhereReport[];
}

/** Null where sums cannot stand for the rows that are asked for. */
export async function summedUp(
  { profiles, references, store }: Pick<ReportSources, 'profiles' | 'references' | 'store'>,
  spec: DeploymentSpec,
  options: ReportOptions,
): Promise<SummedUp | null> {
  if (options.definition !== 'default' || options.thresholds === 'chunks' || options.readsRows) return null;
  const own = await ProfiledRange.of(profiles, spec, options);
  if (own === null) return null;
  const facts = await references.facts(spec.model, spec.version);
  const limits = effectiveLimits(facts.version, store.limits(spec.id));
  const others = await rangesElsewhere(profiles, spec, options);
  const axis = await commonAxis([own, ...others.map(({ range }) => range)]);
  const asked = { window: options.window, minimumRows: limits.minimumRows };
  const found = await profiledFindings(own, asked, axis);
  if (found === null) return null;
  const elsewhere: ElsewhereReport[] = [];
  for (const { name, range } of others) {
    const findings = await readable(name, () => profiledFindings(range, { ...asked, window: found.unit }, axis));
    if (findings) elsewhere.push(elsewhereReport(name, findings));
  }
  return { ...found, facts, limits, elsewhere };
}

/** Servers elsewhere whose profiles have all of the range and only that. */
async function rangesElsewhere(profiles: ReportSources['profiles'], spec: DeploymentSpec, options: ReportOptions) {
  const names = new Set(profiles.store.documents(spec.id).map(({ source }) => source));
  const ranges: { name: string; range: ProfiledRange }[] = [];
  for (const name of names) {
    const range = await readable(name, () => rangeElsewhere(profiles, spec, options, name));
    if (range) ranges.push({ name, range });
  }
  return ranges;
}

async function rangeElsewhere(
  profiles: ReportSources['profiles'],
  spec: DeploymentSpec,
  options: ReportOptions,
  name: string,
): Promise<ProfiledRange | null> {
  const range = await ProfiledRange.of(profiles, spec, options, name);
  await range?.summary();
  return range;
}

/** What a server elsewhere brought may not cost the report of the rows here. */
async function readable<Result>(name: string, read: () => Promise<Result>): Promise<Result | null> {
  try {
    return await read();
  } catch (error) {
    console.error(`The profile of ${name} is left out of the report:`, error);
    return null;
  }
}

function elsewhereReport(name: string, findings: ProfiledFindings): ElsewhereReport {
  const columns = findings.inputs.map(({ whole }) => whole);
  return {
    name,
    rows: findings.summary.rows,
    since: isoTimeOrNull(findings.summary.first),
    until: isoTimeOrNull(findings.summary.last),
    columns,
    prediction: findings.prediction.whole,
    share: driftedShare(importantColumns(columns)),
    timeline: timelineOf(findings),
  };
}

function timelineOf({ windows, traffic, inputs, prediction }: ProfiledFindings): ElsewhereReport['timeline'] {
  return windows.map(({ from, to }, index) => ({
    from: isoTime(from),
    to: isoTime(to),
    rows: traffic[index]?.rows ?? 0,
    versions: traffic[index]?.versions ?? [],
    ...driftOfWindow(inputs, prediction, index),
  }));
}

/** A report of rows that the log has none of any more: nothing can be told of single answers. */
export function reportWithoutRows(spec: DeploymentSpec, options: ReportOptions, sums: SummedUp): Measured {
  const { facts, limits, summary, inputs, prediction, masked, signatures, elsewhere } = sums;
  const columns = inputs.map(({ whole }) => whole);
  const share = driftedShare(importantColumns(columns));
  const unknown = { labelled: 0, metric: null, interval: null, estimated: null, reconstructionError: null };
  const timeline: MonitorReport['timeline'] = timelineOf(sums).map((window) => ({ ...window, ...unknown }));
  return {
    deployment: spec.name,
    model: spec.model,
    version: spec.version,
    metric: facts.version.metric,
    limits,
    since: isoTimeOrNull(options.since ?? summary.first),
    until: isoTimeOrNull(options.until ?? summary.last),
    traffic: { rows: summary.rows, requests: summary.requests },
    latency: summary.latency,
    quality: { flagged: summary.flagged, missing: sums.missing },
    drift: {
      reference: sums.description,
      definition: options.definition,
      source: 'profile',
      columns,
      notCompared: notComparedInputs(
        facts.signature.inputs.filter(({ name }) => !masked.has(name)),
        signatures,
      ),
      prediction: prediction.whole,
      label: null,
      multivariate: withoutRows,
      share,
      drifted: share > limits.driftShare,
    },
    performance: null,
    estimated_performance: null,
    fairness: null,
    timeline,
    releases: summary.versions
      .toSorted((one, other) => one.first - other.first)
      .map(({ version, first }) => ({ version, at: isoTime(first) })),
    ...(elsewhere.length > 0 && { elsewhere }),
  };
}
