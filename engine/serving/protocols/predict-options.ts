import type { PredictionInterval, Signature } from '../../contract/values.ts';
import { invalidRequest } from '../checked-rows.ts';
import { requireMembers, requireObject } from './row-forms.ts';

/** What a caller of /predict wants beside the answer. */
export interface PredictOptions {
  probabilities: boolean;
  /** Share of rows whose truth should lie inside, null for no interval. */
  interval: number | null;
  /** Whether what each column adds to the answer is wanted. */
  explanation: boolean;
  /** The version that must answer, null for the one that is active. */
  version: number | null;
}

const plain: PredictOptions = { probabilities: true, interval: null, explanation: false, version: null };

/** @throws GalleyError `serving.invalid_request` */
export function readOptions(given: unknown): PredictOptions {
  if (given === undefined) return plain;
  const options = { ...plain, ...requireObject(given, '"options"') };
  requireMembers(options, '"options"', Object.keys(plain));
  const { probabilities, interval, explanation, version } = options;
  if (typeof probabilities !== 'boolean') throw invalidRequest('options.probabilities must be true or false.');
  if (typeof explanation !== 'boolean') throw invalidRequest('options.explanation must be true or false.');
  if (interval !== null && typeof interval !== 'number')
    throw invalidRequest('options.interval must be a number, as 0.9.');
  if (version !== null && !Number.isSafeInteger(version))
    throw invalidRequest('options.version must be a whole number.');
  return { probabilities, interval, explanation, version };
}

/**
 * The interval of that level.
 * @throws GalleyError `serving.invalid_request` where the version has none of it
 */
export function requireInterval({ intervals = [] }: Signature, level: number): PredictionInterval {
  const found = intervals.find((interval) => interval.level === level);
  if (found) return found;
  const levels = intervals.map((interval) => interval.level).join(', ');
  throw invalidRequest(
    levels === ''
      ? 'This version has no prediction intervals; options.interval must be left out.'
      : `options.interval must be one of ${levels}.`,
  );
}
