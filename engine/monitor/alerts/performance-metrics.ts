import { figure } from '../../base/figures.ts';
import { metricName, sentence } from '../../base/words.ts';
import type { Contribution, RuleWindow } from '../../contract/monitor-alerts.ts';
import type { DeploymentSpec, DeployPhase } from '../../deploy/index.ts';
import type { DeploymentReports } from '../deployment-report.ts';
import type { DeploymentPerformances } from '../performance/deployment-performance.ts';
import type { MeasuredWindow } from '../performance/measure-performance.ts';
import type { MeasuredLogs } from '../performance/measured-log.ts';
import type { References } from '../reference.ts';
import type { TimeWindow } from '../windows.ts';
import { driftContributions } from './drift-metrics.ts';
import { askedOf } from './measured-windows.ts';
import type { RuleMetric, RuleMetricSource } from './rule-metric.ts';
import { spanText } from './words.ts';

export interface PerformanceSources {
  deploy: Pick<DeployPhase, 'collect' | 'readLog'>;
  references: Pick<References, 'of'>;
  logs: MeasuredLogs;
  performances: Pick<DeploymentPerformances, 'of'>;
  reports: Pick<DeploymentReports, 'of'>;
}

type Kind = 'realised' | 'estimated';

/** Slices and columns that an alert names at most. */
const named = 4;

/**
 * Every metric of the version over the rows whose label is known, and as it is estimated from the answers of all rows. The
 * one that ranks its run is `performance` and `estimated_performance`.
 */
export function performanceMetrics(sources: PerformanceSources): RuleMetricSource {
  return async (spec) => {
    const { version } = await sources.references.of(spec.model, spec.version);
    const known = Object.keys(version.metrics).filter((name) => version.metrics[name] !== null);
    const metricOf = (name: string, of: string, kind: Kind): RuleMetric => {
      const says = kind === 'realised' ? sentence(metricName(of)) : `Estimated ${metricName(of)}`;
      return {
        ...{ name, says, cause: 'performance' },
        values: (_spec, windows, unit) => valuesOf(sources, spec, windows, unit, kind, of),
        explain: async (_spec, window, value, rule) => {
          const { rows, labelled } = (await measuredOf(sources, spec, [window]))[0] ?? { rows: 0, labelled: 0 };
          const way = rule.comparison === 'above' ? 'rose' : 'fell';
          const holdout = version.metrics[of] ?? null;
          const counted = kind === 'realised' ? `${labelled} labelled rows` : `${rows} rows`;
          return {
            title: `${says} ${way} to ${figure(value)}, ${rule.comparison} ${figure(rule.bound)}`,
            detail:
              `${counted}, ${spanText(window.from, window.to)}, version ${spec.version}` +
              `${holdout === null ? '' : `; ${figure(holdout)} on its holdout`}.`,
            contributions: await contributionsOf(sources, spec, window),
          };
        },
      };
    };
    const main = version.metric.name;
    return [
      metricOf('performance', main, 'realised'),
      metricOf('estimated_performance', main, 'estimated'),
      ...known.map((name) => metricOf(`performance.${name}`, name, 'realised')),
    ];
  };
}

async function valuesOf(
  sources: PerformanceSources,
  spec: DeploymentSpec,
  windows: readonly TimeWindow[],
  unit: RuleWindow | undefined,
  kind: Kind,
  name: string,
): Promise<(number | null)[]> {
  const measured = await measuredOf(sources, spec, windows, unit);
  return measured.map((window) => window?.[kind]?.[name]?.value ?? null);
}

/** What windows were worth; undefined where the log has nothing of one. Of a single one, null below the rows that it needs. */
async function measuredOf(
  { deploy, logs }: PerformanceSources,
  spec: DeploymentSpec,
  windows: readonly TimeWindow[],
  unit?: RuleWindow,
): Promise<(MeasuredWindow | undefined)[]> {
  if (windows.length === 0) return [];
  const asked = askedOf(windows, unit);
  await deploy.collect(spec.id);
  return deploy.readLog(spec.id, asked, async (parts) => {
    const { performance, windows: measured, limits } = await logs.of(spec, parts, asked);
    if (windows.length === 1) {
      const { whole } = performance;
      return [whole.labelled < limits.minimumRows ? { ...whole, realised: null } : whole];
    }
    const byStart = new Map(measured.map(({ from }, index) => [from, performance.windows[index]]));
    return windows.map(({ from }) => byStart.get(from));
  });
}

/** The slices that lost most, then the columns that moved most: the share of a slice is that of all that slices lost. */
async function contributionsOf(
  { performances, reports }: PerformanceSources,
  spec: DeploymentSpec,
  { from, to }: TimeWindow,
): Promise<Contribution[]> {
  const { slices } = await performances.of(spec, { since: from, until: to });
  const { drift } = await reports.of(spec, { since: from, until: to, definition: 'default' });
  const losing = slices.filter(({ lost }) => (lost ?? 0) > 0).toSorted((a, b) => (b.lost ?? 0) - (a.lost ?? 0));
  const sum = losing.reduce((total, { lost }) => total + (lost ?? 0), 0);
  const ofSlices = losing.slice(0, named).map(({ column, slice, lost, labelled, value, reference }) => ({
    kind: 'slice' as const,
    name: `${column}: ${slice}`,
    share: (lost ?? 0) / sum,
    says: `${figure(value.value ?? 0)} here${reference === null ? '' : `, ${figure(reference)} on the holdout`}; ${labelled} labelled rows`,
  }));
  return [...ofSlices, ...driftContributions(drift.columns).slice(0, named)];
}
