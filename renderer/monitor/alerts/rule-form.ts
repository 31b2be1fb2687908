import type { Rule } from '../../../engine/contract/monitor-alerts.ts';

/** A rule as it stands in the fields of its dialog. */
export interface RuleForm {
  name: string;
  metric: string;
  comparison: Rule['comparison'];
  bound: string;
  window: Rule['window'];
  forWindows: string;
  hysteresis: string;
  severity: Rule['severity'];
  isQuiet: boolean;
  quietFrom: string;
  quietTo: string;
  timeZone: string;
  channels: string[];
  retrain: boolean;
}

/** @param timeZone of the machine, for new quiet hours */
export function formOf(rule: Rule | undefined, timeZone: string): RuleForm {
  return {
    name: rule?.name ?? '',
    metric: rule?.metric ?? 'performance',
    comparison: rule?.comparison ?? 'below',
    bound: rule === undefined ? '' : String(Number(rule.bound.toPrecision(6))),
    window: rule?.window ?? 'automatic',
    forWindows: String(rule?.forWindows ?? 1),
    hysteresis: String(rule?.hysteresis ?? 0),
    severity: rule?.severity ?? 'warning',
    isQuiet: rule?.quietHours != null,
    quietFrom: rule?.quietHours?.from ?? '22:00',
    quietTo: rule?.quietHours?.to ?? '06:00',
    timeZone: rule?.quietHours?.timeZone ?? timeZone,
    channels: [...(rule?.channels ?? [])],
    retrain: rule?.retrain ?? false,
  };
}

export type RuleProblems = Partial<Record<'name' | 'bound' | 'forWindows' | 'hysteresis', string>>;

/** What is wrong with the fields; empty where nothing is. `taken` are names that a new rule cannot have. */
export function problemsOf(form: RuleForm, taken: readonly string[] = []): RuleProblems {
  const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));
  const windows = Number(form.forWindows);
  return {
    ...(!/^[a-z][a-z0-9_-]{0,63}$/.test(form.name) && { name: 'Small letters, digits, - and _, a letter first.' }),
    ...(taken.includes(form.name) && { name: 'There is one of this name.' }),
    ...(!isNumber(form.bound) && { bound: 'A number.' }),
    ...(!(isNumber(form.forWindows) && Number.isInteger(windows) && windows >= 1 && windows <= 100) && {
      forWindows: 'A whole number from 1 to 100.',
    }),
    ...(!(isNumber(form.hysteresis) && Number(form.hysteresis) >= 0) && { hysteresis: 'A number, 0 or more.' }),
  };
}

/** The part that decides when the rule fires; undefined while its fields are wrong. */
export function testedRule(form: RuleForm) {
  const { bound, forWindows, hysteresis } = problemsOf(form);
  if (bound || forWindows || hysteresis) return undefined;
  return {
    metric: form.metric,
    window: form.window,
    comparison: form.comparison,
    bound: Number(form.bound),
    forWindows: Number(form.forWindows),
    hysteresis: Number(form.hysteresis),
  };
}

/** What is kept. A built-in rule that nobody gave a bound goes on following the version: what did not change is not sent. */
export function changesOf(form: RuleForm, before: Rule | undefined, timeZone: string) {
  const { isQuiet, quietFrom, quietTo, channels, retrain, severity } = form;
  const quietHours = isQuiet ? { from: quietFrom, to: quietTo, timeZone: form.timeZone } : null;
  const { bound, ...tested } = testedRule(form) as NonNullable<ReturnType<typeof testedRule>>;
  const boundStays = before !== undefined && formOf(before, timeZone).bound === form.bound;
  return { ...tested, ...(!boundStays && { bound }), severity, quietHours, channels, retrain };
}
