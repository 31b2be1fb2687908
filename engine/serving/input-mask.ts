import { pseudonym } from '../base/pseudonym.ts';
import type { LogMask } from '../contract/serving.ts';
import type { InputValue } from './field-rule.ts';

/** What the log gets of a marked input's value. */
export type InputMask = (value: InputValue) => string | null;

/** A pseudonym of a text where there is a key, else nothing. */
export function inputMask({ key }: LogMask): InputMask {
  if (key === undefined) return () => null;
  const bytes = Buffer.from(key, 'hex');
  return (value) => (typeof value === 'string' ? pseudonym(bytes, value) : null);
}
