import type { RunEnvironment } from '../contract/train-tracking.ts';
import { type Difference, isRecord } from './differences.ts';

/** Relative difference up to which numbers of another platform count as equal. */
const loose = { exact: 1e-9, singlePrecision: 1e-3 } as const;

/**
 * How near a run has to come to its first making: to the last bit where platform, V8 and ONNX Runtime are the same, since
 * both compute elementary functions and order sums as they like. Networks are trained in single precision and drift apart
 * further.
 */
export function toleranceOf(before: RunEnvironment, now: RunEnvironment, learners: readonly string[]): number {
  const isSame =
    before.platform === now.platform &&
    (before.libraries?.v8 ?? now.libraries?.v8) === now.libraries?.v8 &&
    (before.libraries?.onnxruntime ?? now.libraries?.onnxruntime) === now.libraries?.onnxruntime;
  if (isSame) return 0;
  return learners.includes('network') ? loose.singlePrecision : loose.exact;
}

/** Platform and versions that decide the last bits, in words. */
export function platformInWords({ platform, node, libraries }: RunEnvironment): string {
  const versions = [
    libraries?.v8 && `V8 ${libraries.v8}`,
    libraries?.onnxruntime && `ONNX Runtime ${libraries.onnxruntime}`,
  ];
  return [platform, `Node ${node}`, ...versions].filter(Boolean).join(', ');
}

/** How much numbers of a run and of the search that chose it may differ. */
export interface Tolerances {
  run: number;
  search: number;
}

/** The differences of a run from its first making, under `search` those of its search, that are larger than they may be. */
export function beyond({ run, search }: Tolerances, differences: readonly Difference[]): Difference[] {
  return differences.filter(({ path, values }) => {
    return differ(values[0], values[1], /^search\b/.test(path) ? search : run);
  });
}

/** Whether two values differ by more than a relative tolerance of each number. */
export function differ(before: unknown, now: unknown, tolerance: number): boolean {
  if (typeof before === 'number' && typeof now === 'number') {
    return Math.abs(before - now) > tolerance * Math.max(Math.abs(before), Math.abs(now));
  }
  if (Array.isArray(before) && Array.isArray(now)) {
    return before.length !== now.length || before.some((value, index) => differ(value, now[index], tolerance));
  }
  if (isRecord(before) && isRecord(now)) {
    return [...new Set([...Object.keys(before), ...Object.keys(now)])].some((key) => {
      return differ(before[key] ?? null, now[key] ?? null, tolerance);
    });
  }
  return JSON.stringify(before) !== JSON.stringify(now);
}
