import type { RollbackBounds, VersionStatus } from '../../engine/contract/traffic.ts';
import { formatNumber } from '../ui/format.ts';

/** When a version is taken back, in words; null where it never is. */
export function boundsText(bounds: RollbackBounds | null): string | null {
  if (bounds === null) return null;
  const { errorShare, p95Milliseconds, disagreement, requests = 100 } = bounds;
  const limits = [
    errorShare === undefined ? null : `failed requests above ${formatNumber(errorShare * 100)} %`,
    p95Milliseconds === undefined ? null : `p95 above ${formatNumber(p95Milliseconds)} ms`,
    disagreement === undefined ? null : `disagreement above ${formatNumber(disagreement)}`,
  ].filter((limit) => limit !== null);
  return limits.length === 0 ? null : `${limits.join(', ')}, over the last ${formatNumber(requests)}`;
}

/** What a version is for callers, in words. */
export function rolesText({ roles, state }: Pick<VersionStatus, 'roles' | 'state'>): string {
  return roles.length > 0 ? roles.join(', ') : state;
}

/** Fields of the form as bounds: empty ones are none, and without any there are no bounds. */
export function boundsOf(
  fields: Record<'errors' | 'p95' | 'disagreement' | 'requests', string>,
): RollbackBounds | null {
  const number = (text: string) => (text.trim() === '' ? undefined : Number(text));
  const errors = number(fields.errors);
  const bounds: RollbackBounds = {
    errorShare: errors === undefined ? undefined : errors / 100,
    p95Milliseconds: number(fields.p95),
    disagreement: number(fields.disagreement),
    requests: number(fields.requests),
  };
  const given = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined));
  const { requests: _, ...limits } = given;
  return Object.keys(limits).length === 0 ? null : given;
}
