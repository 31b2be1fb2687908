import type { FieldSignature, Signature } from './values.ts';

/** How a field is filled in: a slider, a choice, a switch, a day, or text. */
export type FieldKind = 'number' | 'choice' | 'boolean' | 'date' | 'timestamp' | 'text';

const mostChoices = 200;

export function fieldKind(field: FieldSignature): FieldKind {
  if (field.type === 'boolean') return 'boolean';
  if (field.type === 'date' || field.type === 'timestamp') return field.type;
  if (field.type === 'int64' || field.type === 'float64' || field.type === 'decimal') return 'number';
  return field.categories && field.categories.length > 0 && field.categories.length <= mostChoices ? 'choice' : 'text';
}

/** A first row to try: the example that the signature carries, else the middle of what was seen. */
export function firstRow(signature: Signature): Record<string, unknown> {
  return Object.fromEntries(signature.inputs.map((field) => [field.name, firstValue(field)]));
}

function firstValue(field: FieldSignature): unknown {
  if (field.example !== undefined && field.example !== null) return field.example;
  switch (fieldKind(field)) {
    case 'number': {
      const middle = ((field.minimum ?? 0) + (field.maximum ?? 0)) / 2;
      return field.type === 'int64' ? Math.round(middle) : middle;
    }
    case 'choice':
      return field.categories?.[0] ?? null;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

export interface SliderRange {
  minimum: number;
  maximum: number;
  step: number;
  seen: [number, number];
}

/** A slider that reaches a tenth beyond the values seen in training, so that the unseen can be tried too. */
export function sliderRange(field: FieldSignature): SliderRange | undefined {
  const { minimum, maximum } = field;
  if (typeof minimum !== 'number' || typeof maximum !== 'number' || minimum >= maximum) return undefined;
  const span = maximum - minimum;
  const whole = field.type === 'int64';
  const step = whole ? Math.max(1, 10 ** Math.floor(Math.log10(span / 200))) : 10 ** Math.floor(Math.log10(span / 100));
  const margin = span * 0.1;
  const low = minimum >= 0 ? Math.max(0, minimum - margin) : minimum - margin;
  return {
    minimum: Math.floor(low / step) * step,
    maximum: Math.ceil((maximum + margin) / step) * step,
    step,
    seen: [minimum, maximum],
  };
}

/** Digits after the point that belong to a slider's step. */
export function stepDecimals(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}

/** What a text box holds as the value that is sent: empty is missing. */
export function parseField(field: FieldSignature, text: string): unknown {
  if (text.trim() === '') return null;
  if (fieldKind(field) === 'number') {
    const value = Number(text);
    return Number.isFinite(value) ? value : text;
  }
  return text;
}
