import { count } from '../../base/words.ts';
import type { QualityCheck } from '../../contract/monitor-quality.ts';
import type { DeploymentSystem } from '../../contract/monitor-system.ts';
import { percent } from './value-checks.ts';

/** Shares of the requests. */
const warningShare = 0.01;
const badShare = 0.1;
const mostNamed = 10;

const faultWords: Record<string, (field: string) => string> = {
  unknown_field: (field) => `had the field ${field}, which the model does not know`,
  missing: (field) => `lacked ${field}, which may not be missing`,
  wrong_type: (field) => `had a value of another type in ${field}`,
  not_whole: (field) => `had a number with decimals in ${field}`,
  number_too_large: (field) => `had a number in ${field} that the model cannot hold`,
  not_a_date: (field) => `had no date in ${field}`,
  not_a_timestamp: (field) => `had no time in ${field}`,
};

/** Requests whose rows did not fit the signature, by field and fault; by the time of their receipt. */
export function schemaChecks({ whole, reasons }: Pick<DeploymentSystem, 'whole' | 'reasons'>): QualityCheck[] {
  const requests = whole?.requests ?? 0;
  if (requests === 0) return [];
  const unfit = reasons.filter(({ code }) => code === 'serving.invalid_rows');
  const refused = unfit.reduce((sum, reason) => sum + reason.requests, 0);
  const share = refused / requests;
  if (share < warningShare) {
    const some = refused === 0 ? '' : ` but ${refused}`;
    const says = `All of ${count(requests, 'request')}${some} fitted the signature.`;
    return [{ kind: 'schema', column: null, light: 'good', value: share, expected: 0, says }];
  }
  return unfit.slice(0, mostNamed).map((reason) => ({
    kind: 'schema',
    column: reason.field,
    light: share >= badShare ? 'bad' : 'warning',
    value: reason.requests / requests,
    expected: 0,
    says:
      `${percent(reason.requests / requests)} of the requests were refused: their rows ${whatFailed(reason)}.` +
      ' Look at what changed at the caller; nothing of them was answered.',
  }));
}

function whatFailed({ fault, field }: DeploymentSystem['reasons'][number]): string {
  if (fault === null) return 'did not fit the signature';
  const words = field === null ? undefined : faultWords[fault]?.(field);
  return words ?? `had the fault "${fault.replaceAll('_', ' ')}"`;
}
