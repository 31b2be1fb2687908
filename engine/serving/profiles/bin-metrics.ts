import { isHidden } from '../../statistics/profile/reference-bins.ts';
import { predictionOutput, type ReferenceColumn } from '../../statistics/profile/reference-profile.ts';
import { metricText, type Sample } from '../prometheus-text.ts';
import { binLabels, missingLabel } from './bin-labels.ts';
import type { ModelProfiles } from './model-profiles.ts';
import type { BinRows } from './row-profile.ts';

interface Samples {
  rows: Sample[];
  reference: Sample[];
  referenceRows: Sample[];
}

/**
 * Rows by bin of each column and of the prediction, and the share of the reference in each bin, in Prometheus' text format.
 * @param most bins of a version; further columns are left out, and counted
 * Columns whose bins are hidden are not there.
 * @param masked further inputs that may not be shown
 */
export function binMetrics(profiles: Iterable<ModelProfiles>, most: number, masked: ReadonlySet<string>): string[] {
  const features = noSamples();
  const predictions = noSamples();
  const starts: Sample[] = [];
  const leftOut: Sample[] = [];
  for (const ofModel of profiles) {
    for (const [version, profile] of ofModel.rowProfiles('answered')) {
      const labels = { model: ofModel.model, version };
      const counted = profile.binRows();
      starts.push({ labels, value: profile.startedAt / 1000 });
      let [bins, columnsLeftOut] = [0, 0];
      for (const [index, column] of profile.reference.profile.columns.entries()) {
        const rows = counted[index] as BinRows;
        const { name } = column.bins;
        if (isHidden(column.bins)) continue;
        if (column.role === 'output') {
          if (name === predictionOutput) addColumn(predictions, labels, column, rows);
        } else if (!masked.has(name)) {
          bins += column.bins.counts.length + 1;
          if (bins <= most) addColumn(features, { ...labels, feature: name }, column, rows);
          else columnsLeftOut++;
        }
      }
      leftOut.push({ labels, value: columnsLeftOut });
    }
  }
  return [
    ...texts('feature', 'a column', 'the rows that the version learned from', features),
    ...texts('prediction', 'the prediction', 'the holdout', predictions),
    metricText(
      'galley_profile_start_time_seconds',
      'gauge',
      'Unix time since which the rows by bin of a version are counted.',
      starts,
    ),
    metricText(
      'galley_profile_left_out_features',
      'gauge',
      'Columns without counts by bin here: they would be too many series.',
      leftOut,
    ),
  ];
}

function noSamples(): Samples {
  return { rows: [], reference: [], referenceRows: [] };
}

function texts(name: string, what: string, reference: string, samples: Samples): string[] {
  const prefix = `galley_${name}`;
  return [
    metricText(`${prefix}_bin_rows_total`, 'counter', `Rows by bin of ${what}.`, samples.rows),
    metricText(`${prefix}_bin_reference_ratio`, 'gauge', `Share of ${reference} by bin of ${what}.`, samples.reference),
    metricText(
      `${prefix}_reference_rows`,
      'gauge',
      `Rows of ${reference} by which bins are judged.`,
      samples.referenceRows,
    ),
  ];
}

function addColumn(
  samples: Samples,
  labels: Record<string, string | number>,
  { bins }: ReferenceColumn,
  { counts, missing }: BinRows,
): void {
  const add = (bin: string, rows: number, ofReference: number) => {
    samples.rows.push({ labels: { ...labels, bin }, value: rows });
    samples.reference.push({ labels: { ...labels, bin }, value: bins.rows === 0 ? 0 : ofReference / bins.rows });
  };
  for (const [index, bin] of binLabels(bins).entries()) add(bin, counts[index] as number, bins.counts[index] as number);
  add(missingLabel, missing, bins.missing);
  samples.referenceRows.push({ labels, value: bins.rows });
}
