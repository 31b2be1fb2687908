/** A tag as it is typed: `team=sales`, or `reviewed` alone, whose value is empty. Undefined where there is no key. */
export function readTag(text: string): { key: string; value: string } | undefined {
  const at = text.indexOf('=');
  const key = (at < 0 ? text : text.slice(0, at)).trim();
  const value = at < 0 ? '' : text.slice(at + 1).trim();
  return key === '' || key.length > 250 ? undefined : { key, value };
}

/** As it is shown: `team: sales`, or the key alone. */
export function writeTag(key: string, value: string): string {
  return value === '' ? key : `${key}: ${value}`;
}
