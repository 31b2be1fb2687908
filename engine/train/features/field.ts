import type { ColumnType } from '../../contract/values.ts';
import type { Feature } from './features.ts';
import type { ColumnFeature } from './kinds.ts';

/** The type of a feature's raw column. */
export function columnTypeOf(feature: ColumnFeature): ColumnType {
  switch (feature.kind) {
    case 'category':
    case 'ordinal':
    case 'text':
      return 'text';
    case 'boolean':
      return 'boolean';
    default:
      return feature.type;
  }
}

/** What became of a column, for the run's page. */
export function describeFeature(feature: Feature): { role: string; note?: string } {
  switch (feature.kind) {
    case 'numeric':
      return { role: 'number', ...imputedNote(feature) };
    case 'ordinal':
      return { role: 'ordered', note: feature.order.join(' < ') };
    case 'boolean':
      return { role: 'yes or no' };
    case 'calendar':
      return { role: 'date', note: feature.parts.join(' and ') };
    case 'text':
      return { role: 'text', note: `${feature.terms.length} terms of ${feature.tokens}` };
    case 'product':
      return { role: 'product' };
    case 'cross':
      return { role: 'combination', note: `${feature.pairs.length} pairs` };
    default: {
      const rare = feature.rareLevels > 0 ? `, ${feature.rareLevels} rare ones count as unseen` : '';
      return { role: 'category', note: `${feature.levels.length} levels${rare}` };
    }
  }
}

function imputedNote({ missing, median }: { missing: number; median: number }): { note?: string } {
  return missing > 0 ? { note: `${missing} missing: linear and network read ${Number(median.toPrecision(7))}` } : {};
}
