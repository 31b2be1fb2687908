import type { Rehearsal, RehearsalPeriod, RehearsalPolicy } from '../../../engine/contract/retrain-rehearsal.ts';
import type { CallInput } from '../../client/client.ts';

/** The settings of a rehearsal as they are typed; what is empty is as Galley has it. */
export interface RehearsalForm {
  period: RehearsalPeriod | undefined;
  labelDelay: string;
  /** Days, or `all`. */
  window: string;
  bound: string;
  policies: readonly RehearsalPolicy[];
}

export const emptyForm: RehearsalForm = { period: undefined, labelDelay: '', window: '', bound: '', policies: [] };

type Settled = Pick<Rehearsal, 'period' | 'labelDelay' | 'windowDays' | 'limits'> & {
  policies: readonly Pick<Rehearsal['policies'][number], 'policy'>[];
};

/** As a rehearsal before had it. */
export function formOf({ period, labelDelay, windowDays, limits, policies }: Settled): RehearsalForm {
  return {
    period,
    labelDelay: String(labelDelay),
    window: windowDays === null ? 'all' : String(windowDays),
    bound: limits.bound === null ? '' : String(limits.bound),
    policies: policies.map(({ policy }) => policy),
  };
}

export function delayProblem(text: string): string | undefined {
  return text.trim() === '' || /^\d+(\.\d+)?$/.test(text.trim()) ? undefined : 'A number of days, 0 or more.';
}

export function windowProblem(text: string): string | undefined {
  return ['', 'all'].includes(text.trim()) || /^[1-9]\d*$/.test(text.trim())
    ? undefined
    : 'A whole number of days, or all.';
}

export function boundProblem(text: string): string | undefined {
  return text.trim() === '' || Number.isFinite(Number(text)) ? undefined : 'A number.';
}

/** What is asked for; undefined where a field is wrong. */
export function wishOf(form: RehearsalForm): Omit<CallInput<'retrain.rehearse'>, 'model'> | undefined {
  const { period, labelDelay, window, bound, policies } = form;
  if (delayProblem(labelDelay) ?? windowProblem(window) ?? boundProblem(bound)) return undefined;
  return {
    ...(period !== undefined && { period }),
    ...(labelDelay.trim() !== '' && { labelDelay: Number(labelDelay) }),
    ...(window.trim() !== '' && { windowDays: window.trim() === 'all' ? null : Number(window) }),
    ...(bound.trim() !== '' && { limits: { bound: Number(bound) } }),
    ...(policies.length > 0 && { policies: [...policies] }),
  };
}
