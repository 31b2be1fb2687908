import type { MonitorReport } from '../../../engine/contract/monitor.ts';
import type { ChartData } from '../../charts/chart-data.ts';

/** Everything of the time line as a table, a row for each window. */
export function timeTable(report: MonitorReport): ChartData {
  const { name } = report.metric;
  const columns = [...new Set(report.timeline.flatMap((window) => Object.keys(window.drift)))];
  return {
    columns: [
      'from',
      'to',
      'rows',
      'labelled',
      'versions',
      name,
      `${name} low`,
      `${name} high`,
      `${name} estimated`,
      ...columns.map((column) => `drift ${column}`),
      'drift of the answers',
      'reconstruction error',
    ],
    rows: report.timeline.map((window) => {
      return [
        window.from,
        window.to,
        window.rows,
        window.labelled,
        window.versions.join(' '),
        window.metric,
        window.interval?.[0] ?? null,
        window.interval?.[1] ?? null,
        window.estimated?.value ?? null,
        ...columns.map((column) => window.drift[column] ?? null),
        window.predictionDrift,
        window.reconstructionError,
      ];
    }),
  };
}
