import { GalleyError } from '../../base/errors.ts';

/** What comes after the name of a dataset. */
export type Selector =
  | { kind: 'latest' }
  | { kind: 'number'; number: number }
  | { kind: 'identity'; identity: string }
  | { kind: 'tag'; tag: string };

export interface DatasetReference {
  name: string;
  selector: Selector;
}

const pattern = /^([a-z][a-z0-9_-]{0,63})(?:@(.+))?$/;

/** Reads `NAME`, `NAME@3`, `NAME@latest`, `NAME@TAG` or `NAME@sha256:…`. @throws GalleyError `data.invalid_reference` */
export function parseReference(reference: string): DatasetReference {
  const [, name, version = 'latest'] = pattern.exec(reference) ?? [];
  const selector = name === undefined ? undefined : selectorOf(version);
  if (name === undefined || selector === undefined) {
    throw new GalleyError(
      'data.invalid_reference',
      `"${reference}" names no dataset version; write NAME, NAME@3, NAME@latest, NAME@TAG or NAME@sha256:….`,
      { details: { reference } },
    );
  }
  return { name, selector };
}

function selectorOf(version: string): Selector | undefined {
  if (version === 'latest') return { kind: 'latest' };
  if (/^[1-9]\d{0,8}$/.test(version)) return { kind: 'number', number: Number(version) };
  if (/^sha256:[0-9a-f]{64}$/.test(version)) return { kind: 'identity', identity: version };
  if (/^[a-z][a-z0-9_-]{0,63}$/.test(version)) return { kind: 'tag', tag: version };
  return undefined;
}
