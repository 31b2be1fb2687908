import { formatCount } from './format.ts';

/** What a number may be, as the schema of a call says. */
export interface NumberRule {
  type?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** How large a number stands in its field: a share of one is written in percent. */
export const percentScale = 100;

/** A number as it stands in its field; empty where there is none. */
export function numberText(value: number | undefined, scale = 1): string {
  return value === undefined ? '' : String(scaled(value, scale));
}

/** The number of a field; undefined where it is empty. */
export function readNumber(text: string, scale = 1): number | undefined {
  return text.trim() === '' ? undefined : scaled(Number(text), 1 / scale);
}

/** What is wrong with the text of a field; undefined where nothing is, or it is empty. */
export function numberProblem(text: string, rule: NumberRule, scale = 1): string | undefined {
  const value = readNumber(text, scale);
  if (value === undefined) return undefined;
  const isNumber = /^\d+(\.\d+)?$/.test(text.trim()) && (rule.type !== 'integer' || Number.isInteger(value));
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY, exclusiveMinimum = Number.NEGATIVE_INFINITY } = rule;
  const fits = isNumber && value >= minimum && value <= maximum && value > exclusiveMinimum;
  return fits ? undefined : ruleWords(rule, scale);
}

function ruleWords({ type, minimum = 0, maximum, exclusiveMinimum }: NumberRule, scale: number): string {
  const kind = type === 'integer' ? 'A whole number' : 'A number';
  const shown = (bound: number) => formatCount(bound * scale);
  if (exclusiveMinimum !== undefined)
    return `${kind} above ${shown(exclusiveMinimum)}${maximum === undefined ? '' : `, ${shown(maximum)} at most`}.`;
  return maximum === undefined
    ? `${kind}, ${shown(minimum)} or more.`
    : `${kind} from ${shown(minimum)} to ${shown(maximum)}.`;
}

/** Without the digits that binary fractions leave: 0.07 is 7 %. */
function scaled(value: number, by: number): number {
  return by === 1 ? value : Number((value * by).toPrecision(12));
}
