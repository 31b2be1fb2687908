import { isoTime } from '../base/clock.ts';
import { largestFloat32 } from '../base/float32.ts';
import type { PredictionFlag } from '../contract/serving.ts';
import type { FieldSignature } from '../contract/values.ts';
import { parseIsoDate, parseIsoTimestamp } from './iso-time.ts';

/** A checked value; null is missing. Dates and timestamps are ISO 8601 text in UTC. */
export type InputValue = number | string | boolean | null;

export type FieldFaultCode =
  | 'missing'
  | 'wrong_type'
  | 'not_whole'
  | 'number_too_large'
  | 'not_a_date'
  | 'not_a_timestamp';

/** What one field of the signature takes. */
export interface FieldRule {
  field: FieldSignature;
  /** Whether a value means that there is none: NaN in a column of numbers, which protocols of tensors send. */
  isMissing(value: unknown): boolean;
  /** The value as it goes to the model and the log; undefined where it is refused. Null and undefined are not asked. */
  accept(value: unknown): InputValue | undefined;
  /** Why `accept` refused a value. */
  fault(value: unknown): { code: FieldFaultCode; message: string };
  /** The remark on an accepted value, or null. */
  flag(value: InputValue): PredictionFlag | null;
}

const numberTypes: ReadonlySet<string> = new Set(['int64', 'float64', 'decimal']);

/** The rule of a field, made once when a model is loaded. */
export function fieldRule(field: FieldSignature): FieldRule {
  const isMissing = numberTypes.has(field.type) ? Number.isNaN : () => false;
  return { field, isMissing, ...valueRule(field), flag: flagRule(field) };
}

function valueRule(field: FieldSignature): Pick<FieldRule, 'accept' | 'fault'> {
  switch (field.type) {
    case 'int64':
      return wholeRule(field);
    case 'float64':
    case 'decimal':
      return numberRule(field);
    case 'boolean':
      return {
        accept: (value) => (typeof value === 'boolean' ? value : undefined),
        fault: (value) => wrongType(field, 'true or false', value),
      };
    case 'date':
      return dateRule(field);
    case 'timestamp':
      return timestampRule(field);
    case 'text':
      return {
        accept: (value) => (typeof value === 'string' ? value : undefined),
        fault: (value) => wrongType(field, 'a text', value),
      };
  }
}

function numberRule(field: FieldSignature): Pick<FieldRule, 'accept' | 'fault'> {
  return {
    accept: (value) => (typeof value === 'number' && Math.abs(value) <= largestFloat32 ? value : undefined),
    fault: (value) => (typeof value === 'number' ? tooLarge(field) : wrongType(field, 'a number', value)),
  };
}

function wholeRule(field: FieldSignature): Pick<FieldRule, 'accept' | 'fault'> {
  return {
    accept: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
    fault: (value) => {
      if (typeof value !== 'number') return wrongType(field, 'a whole number', value);
      if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return tooLarge(field);
      return { code: 'not_whole', message: `${field.name} must be a whole number, not ${shown(value)}.` };
    },
  };
}

function dateRule(field: FieldSignature): Pick<FieldRule, 'accept' | 'fault'> {
  return {
    accept: (value) => (typeof value === 'string' && parseIsoDate(value) !== null ? value : undefined),
    fault: (value) => {
      if (typeof value !== 'string') return wrongType(field, 'an ISO date as text, as "2004-02-29"', value);
      const message = `${field.name} must be an ISO date that exists, as "2004-02-29", not ${shown(value)}.`;
      return { code: 'not_a_date', message };
    },
  };
}

function timestampRule(field: FieldSignature): Pick<FieldRule, 'accept' | 'fault'> {
  return {
    accept: (value) => {
      const time = typeof value === 'string' ? parseIsoTimestamp(value) : null;
      return time === null ? undefined : isoTime(time);
    },
    fault: (value) => {
      const form = '"2004-02-29T13:45:00Z"';
      if (typeof value !== 'string') return wrongType(field, `an ISO timestamp as text, as ${form}`, value);
      const message = `${field.name} must be an ISO timestamp that exists, as ${form}, not ${shown(value)}.`;
      return { code: 'not_a_timestamp', message };
    },
  };
}

function flagRule(field: FieldSignature): FieldRule['flag'] {
  if (field.tensor === 'string' && field.categories && field.type !== 'boolean') {
    const categories = new Set(field.categories);
    const unseen: PredictionFlag = { field: field.name, flag: 'unseen_category' };
    // A missing text goes to the model as "", so "" is missing where the field may be.
    if (field.nullable) categories.add('');
    return (value) => (categories.has(String(value)) ? null : unseen);
  }
  const minimum = field.minimum ?? Number.NEGATIVE_INFINITY;
  const maximum = field.maximum ?? Number.POSITIVE_INFINITY;
  const outside: PredictionFlag = { field: field.name, flag: 'out_of_range' };
  return (value) => (typeof value === 'number' && (value < minimum || value > maximum) ? outside : null);
}

function wrongType(field: FieldSignature, wanted: string, value: unknown) {
  return { code: 'wrong_type' as const, message: `${field.name} must be ${wanted}, not ${shown(value)}.` };
}

function tooLarge(field: FieldSignature) {
  return { code: 'number_too_large' as const, message: `${field.name} is a number that the model cannot hold.` };
}

/** A value in a message: its kind, and its text where that is short. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return String(value);
  return value.length <= 40 ? `the text ${JSON.stringify(value)}` : `a text of ${value.length} characters`;
}
