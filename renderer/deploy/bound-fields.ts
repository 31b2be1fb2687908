import { defaultWindow, RollbackBounds } from '../../engine/contract/traffic.ts';
import { type NumberRule, numberProblem, numberText, percentScale, readNumber } from '../ui/number-field.ts';

/** A bound as a field of text: left empty there is none, or the default. */
export interface BoundField {
  member: keyof RollbackBounds;
  label: string;
  placeholder: string;
  hint: string;
  scale?: number;
}

export const boundFields: readonly BoundField[] = [
  {
    member: 'errorShare',
    label: 'Failed requests, %',
    placeholder: 'no bound',
    hint: 'those that it could not answer, or not with a number',
    scale: percentScale,
  },
  { member: 'p95Milliseconds', label: '95th percentile, ms', placeholder: 'no bound', hint: 'of the time to answer' },
  {
    member: 'disagreement',
    label: 'Disagreement with the active version',
    placeholder: 'no bound',
    hint: 'share of other labels, or mean difference in units of the target',
  },
  {
    member: 'requests',
    label: 'Over the last requests',
    placeholder: String(defaultWindow.requests),
    hint: 'judged together; fewer never are',
  },
  {
    member: 'minutes',
    label: 'Of the last minutes',
    placeholder: String(defaultWindow.minutes),
    hint: 'older requests do not count; a version is watched for so long after its release',
  },
];

/** What stands in the fields, in their order. */
export function boundTexts(bounds: RollbackBounds | null): string[] {
  return boundFields.map(({ member, scale }) => numberText(bounds?.[member], scale));
}

/** What is wrong with the text of a field; undefined where nothing is. */
export function boundProblem({ member, scale }: BoundField, text: string): string | undefined {
  return numberProblem(text, RollbackBounds.properties[member] as NumberRule, scale);
}

/** The bounds that the fields say; null where nothing is bounded. */
export function boundsOf(texts: readonly string[]): RollbackBounds | null {
  const numbers = boundFields.map(({ member, scale }, at) => [member, readNumber(texts[at] as string, scale)] as const);
  const { requests, minutes, ...limits }: RollbackBounds = Object.fromEntries(
    numbers.filter(([, value]) => value !== undefined),
  );
  if (Object.keys(limits).length === 0) return null;
  return { ...limits, ...(requests !== undefined && { requests }), ...(minutes !== undefined && { minutes }) };
}
