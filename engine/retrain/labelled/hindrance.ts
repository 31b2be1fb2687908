import { frameKind } from '../../base/frame.ts';
import type { Signature } from '../../contract/values.ts';
import type { LoggedInput } from '../../monitor/index.ts';

/**
 * Why a version cannot answer requests with these inputs: they lack one that it needs, or have one otherwise than it takes it.
 * @returns words to follow the name of the version; undefined where it can
 */
export function hindrance({ inputs }: Pick<Signature, 'inputs'>, logged: readonly LoggedInput[]): string | undefined {
  for (const { name, type, nullable } of inputs) {
    const found = logged.find((input) => input.name === name);
    if (found === undefined && !nullable) return `needs ${name}, which the requests do not have`;
    const kind = frameKind(type);
    if (found !== undefined && found.kind !== kind)
      return `takes ${name} as a ${kind}, and the requests have it ${found.kind === 'mixed' ? 'now so, now otherwise' : `as a ${found.kind}`}`;
  }
  return undefined;
}
