import type { MultivariateDrift } from '../../../engine/contract/monitor-multivariate.ts';
import { formatNumber, formatQuantity } from '../../ui/format.ts';
import type { StateTone } from '../../ui/state-tone.ts';

const words: Record<MultivariateDrift['verdict'], { word: string; tone: StateTone }> = {
  drifted: { word: 'drifted', tone: 'warning' },
  stable: { word: 'stable', tone: 'good' },
  too_few_rows: { word: 'too few rows', tone: 'idle' },
  too_few_columns: { word: 'too few columns', tone: 'idle' },
};

export function multivariateVerdict({ verdict }: MultivariateDrift): { word: string; tone: StateTone } {
  return words[verdict];
}

/** How the inputs as a whole are judged: the name of the definition, what it measures, and why its verdict is what it is. */
interface MultivariateMeasure {
  definition: 'reconstruction' | 'domain';
  title: string;
  /** One line of what it means. */
  line: string;
  value: string;
  /** `0.94 to 2.00`, `0.650` */
  threshold: string;
  drifted: boolean;
  says: string;
}

/** Both measures, none where nothing could be measured. */
export function multivariateMeasures({ reconstruction, domain }: MultivariateDrift): MultivariateMeasure[] {
  return [
    ...(reconstruction
      ? [
          {
            definition: 'reconstruction' as const,
            title: 'PCA reconstruction error',
            line: 'How much of a row the principal components of the training rows do not keep, in standard deviations: it moves when columns no longer move together as they did.',
            value: formatNumber(reconstruction.error),
            threshold: `${formatNumber(reconstruction.low)} to ${formatNumber(reconstruction.high)}`,
            drifted: reconstruction.drifted,
            says: reconstructionSays(reconstruction),
          },
        ]
      : []),
    ...(domain
      ? [
          {
            definition: 'domain' as const,
            title: 'Domain classifier, ROC AUC',
            line: 'How well a classifier tells the rows of now from those of training: 0.5 not at all, 1 always.',
            value: formatNumber(domain.area),
            threshold: formatNumber(domain.threshold),
            drifted: domain.drifted,
            says: domainSays(domain),
          },
        ]
      : []),
  ];
}

function reconstructionSays(found: NonNullable<MultivariateDrift['reconstruction']>): string {
  const { error, low, high, samplingLow, samplingHigh } = found;
  const range = `${formatNumber(low)} to ${formatNumber(high)}`;
  if (error >= low && error <= high) return `It is within the ${range} that parts of the training rows have.`;
  const side = error > high ? `above ${formatNumber(high)}` : `below ${formatNumber(low)}`;
  const chance = `${formatNumber(samplingLow)} to ${formatNumber(samplingHigh)}`;
  return found.drifted
    ? `It is ${side}, and outside of the ${chance} that chance alone gives at this size.`
    : `It is ${side}, but chance alone gives ${chance} at this size.`;
}

function domainSays({ area, threshold, samplingLimit, drifted }: NonNullable<MultivariateDrift['domain']>): string {
  const limit = formatNumber(samplingLimit);
  if (area <= threshold) return `It is not above the threshold of ${formatNumber(threshold)}.`;
  return drifted
    ? `It is above the threshold of ${formatNumber(threshold)}, and above the ${limit} that chance alone stays below at this size.`
    : `It is above the threshold of ${formatNumber(threshold)}, but chance alone gives up to ${limit} at this size.`;
}

/** Why there is no verdict, or what was compared with what. */
export function multivariateNote({ verdict, columns, rows }: MultivariateDrift): string {
  if (verdict === 'too_few_columns') return 'Fewer than two inputs can be compared as a whole.';
  if (verdict === 'too_few_rows') return 'There are too few rows to compare the inputs as a whole.';
  return `${formatQuantity(columns, 'input')} together: ${formatQuantity(rows.current, 'row')} of the range beside ${formatQuantity(rows.reference, 'training row')}`;
}
