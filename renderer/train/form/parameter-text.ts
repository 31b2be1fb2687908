import type { LearnerParameter } from '../../../engine/contract/train-learners.ts';
import { formatNumber } from '../../ui/format.ts';

export type ParameterValue = number | string | boolean;

/** What was typed and cannot be taken, and why. */
export interface WrongText {
  text: string;
  problem: string;
}

/** What a value has to be. */
export type ValueLimits = Pick<
  LearnerParameter,
  'kind' | 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'
>;

/** `above 0, at most 1` */
export function describeLimits(parameter: ValueLimits): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = parameter;
  const parts = [
    ...(minimum === undefined ? [] : [`at least ${formatNumber(minimum)}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${formatNumber(exclusiveMinimum)}`]),
    ...(maximum === undefined ? [] : [`at most ${formatNumber(maximum)}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${formatNumber(exclusiveMaximum)}`]),
  ];
  return parts.join(', ');
}

/** What a parameter is, what it takes and its default, for the hint of its field. */
export function describeParameter(parameter: LearnerParameter): string {
  return [parameter.description, describeLimits(parameter), `Default ${parameter.default}.`].filter(Boolean).join(' ');
}

/** What a typed text means for a parameter, or in words what is wrong with it. Nothing typed is its default. */
export function readParameter(parameter: ValueLimits, text: string): { value?: ParameterValue; problem?: string } {
  const typed = text.trim();
  if (typed === '') return {};
  if (parameter.kind === 'text') return { value: typed };
  const value = Number(typed);
  if (!Number.isFinite(value)) return { problem: 'A number is needed here.' };
  if (parameter.kind === 'integer' && !Number.isInteger(value)) return { problem: 'A whole number is needed here.' };
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = parameter;
  const fits =
    value >= (minimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (maximum ?? Number.POSITIVE_INFINITY) &&
    value > (exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
    value < (exclusiveMaximum ?? Number.POSITIVE_INFINITY);
  return fits ? { value } : { problem: `It must be ${describeLimits(parameter)}.` };
}

/** `max_iterations` as `max iterations`. */
export function parameterTitle(name: string): string {
  return name.replaceAll('_', ' ');
}
