import { GalleyError } from '../../base/errors.ts';
import { listed } from '../../base/words.ts';

/** Something that needs a version, an alias or a model. */
export interface Hold {
  /** `the deployment price serves it`. */
  words: string;
  /** It needs it now, and not only to look back or to go back. */
  isLive: boolean;
}

/** A later phase that says what it needs of the registry. */
export interface Holder {
  ofVersion(model: string, version: number): Hold[];
  ofAlias(model: string, alias: string): Hold[];
  /** What needs a model whatever its versions are. */
  ofModel(model: string): Hold[];
}

/** Who needs what of the registry, as the later phases say. */
export class Holders implements Holder {
  readonly #holders: Holder[] = [];

  add(holder: Holder): void {
    this.#holders.push(holder);
  }

  ofVersion(model: string, version: number): Hold[] {
    return this.#holders.flatMap((holder) => holder.ofVersion(model, version));
  }

  ofAlias(model: string, alias: string): Hold[] {
    return this.#holders.flatMap((holder) => holder.ofAlias(model, alias));
  }

  ofModel(model: string): Hold[] {
    return this.#holders.flatMap((holder) => holder.ofModel(model));
  }
}

/** @throws GalleyError `package.in_use` where there is any hold */
export function refuseHeld(subject: string, what: string, holds: readonly Hold[]): void {
  if (holds.length === 0) return;
  const users = holds.map(({ words }) => words);
  throw new GalleyError('package.in_use', `${subject} cannot be ${what}: ${listed(users)}.`, {
    details: { subject, users },
  });
}
