import type { ColumnType } from '../../contract/values.ts';
import type { Feature } from './features.ts';

/** The type of a feature's raw column. */
export function columnTypeOf(feature: Feature): ColumnType {
  switch (feature.kind) {
    case 'category':
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
      return {
        role: 'number',
        ...(feature.missing > 0 && { note: `${feature.missing} missing became ${feature.median}` }),
      };
    case 'boolean':
      return { role: 'yes or no' };
    case 'calendar':
      return { role: 'date', note: feature.parts.join(' and ') };
    case 'category': {
      const rare = feature.rareLevels > 0 ? `, ${feature.rareLevels} rare ones count as unseen` : '';
      return { role: 'category', note: `${feature.levels.length} levels${rare}` };
    }
  }
}
