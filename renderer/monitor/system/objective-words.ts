import type { DeploymentSystem } from '../../../engine/contract/monitor-system.ts';
import { formatPercent } from '../../ui/format.ts';

/** An availability with as many digits as tell it from 100 %: `99.97 %`, never rounded up to it. */
export function availabilityText(share: number | null): string {
  if (share === null) return '–';
  if (share === 1) return '100 %';
  const decimals = Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(100 * (1 - share)))));
  const scale = 10 ** decimals;
  return `${Number((Math.floor(100 * share * scale + 1e-6) / scale).toFixed(decimals))} %`;
}

/** What is left of the failures that an objective allows. */
export function budgetWords({ budgetLeft, achieved, answered, ready }: DeploymentSystem['objective']) {
  if (budgetLeft === null || achieved === null) return { figure: '–', words: 'nothing is known yet', tone: 'unknown' };
  const by =
    ready !== null && achieved === ready && ready !== answered ? 'by time without a server' : 'by requests that failed';
  if (budgetLeft < 0) return { figure: formatPercent(budgetLeft), words: `overdrawn ${by}`, tone: 'bad' };
  const words = achieved === 1 ? 'nothing was missed' : `used ${by}`;
  return { figure: formatPercent(budgetLeft), words, tone: budgetLeft < 0.25 ? 'warning' : 'good' };
}
