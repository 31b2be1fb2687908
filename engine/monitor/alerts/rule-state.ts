import type { Comparison } from './rule-metric.ts';

/** The part of a rule that values are judged by. */
export interface RuleBounds {
  comparison: Comparison;
  bound: number;
  /** Windows in a row that must be broken. */
  forWindows: number;
  /** How far a value must be back on the right side of the bound to end an alert. */
  hysteresis: number;
}

/** One window as a rule sees it. */
export interface WindowState {
  broken: boolean;
  /** An alert would be raised here. */
  fired: boolean;
  /** An alert stands after it. */
  standing: boolean;
}

/** Whether a value is on the wrong side of the bound; one on the bound is not. */
export function breaks(value: number, { comparison, bound }: Pick<RuleBounds, 'comparison' | 'bound'>): boolean {
  return comparison === 'above' ? value > bound : value < bound;
}

/** Whether a value is so far back that an alert ends. */
export function recovered(value: number, { comparison, bound, hysteresis }: Omit<RuleBounds, 'forWindows'>): boolean {
  return comparison === 'above' ? value <= bound - hysteresis : value >= bound + hysteresis;
}

/** Every window as a rule would have seen it from the first on. A window without a value changes nothing. */
export function replay(values: readonly (number | null)[], rule: RuleBounds): WindowState[] {
  let run = 0;
  let standing = false;
  return values.map((value) => {
    if (value === null) return { broken: false, fired: false, standing };
    const broken = breaks(value, rule);
    run = broken ? run + 1 : 0;
    const fired = !standing && run >= rule.forWindows;
    standing = fired || (standing && !recovered(value, rule));
    return { broken, fired, standing };
  });
}

/** Broken windows in a row: the index of the first and of the last, and how many have a value. */
export interface BrokenRun {
  first: number;
  last: number;
  windows: number;
}

/**
 * The newest windows with a value that are broken without one between them that is not. Null where the newest window
 * with a value is not broken, or none has one.
 */
export function brokenRun(
  values: readonly (number | null)[],
  rule: Pick<RuleBounds, 'comparison' | 'bound'>,
): BrokenRun | null {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ index, broken: breaks(value, rule) }]));
  const run = known.slice(known.findLastIndex(({ broken }) => !broken) + 1);
  const [first] = run;
  const last = run.at(-1);
  return first && last ? { first: first.index, last: last.index, windows: run.length } : null;
}
