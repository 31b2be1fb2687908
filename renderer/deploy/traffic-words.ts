import { defaultWindow, type RollbackBounds, type VersionStatus } from '../../engine/contract/traffic.ts';
import { formatCount, formatNumber } from '../ui/format.ts';
import { numberText, percentScale } from '../ui/number-field.ts';

/** When a version is taken back, in words; null where it never is. */
export function boundsText(bounds: RollbackBounds | null): string | null {
  if (bounds === null) return null;
  const { errorShare, p95Milliseconds, disagreement, requests = defaultWindow.requests, minutes } = bounds;
  const limits = [
    errorShare === undefined ? null : `failed requests above ${numberText(errorShare, percentScale)} %`,
    p95Milliseconds === undefined ? null : `p95 above ${formatNumber(p95Milliseconds)} ms`,
    disagreement === undefined ? null : `disagreement above ${formatNumber(disagreement)}`,
  ].filter((limit) => limit !== null);
  if (limits.length === 0) return null;
  const window = minutes === undefined ? '' : ` within ${formatNumber(minutes)} min`;
  return `${limits.join(', ')}, over the last ${formatCount(requests)}${window}`;
}

/** What a version is for callers, in words. */
export function rolesText({ roles, state }: Pick<VersionStatus, 'roles' | 'state'>): string {
  return roles.length > 0 ? roles.join(', ') : state;
}
