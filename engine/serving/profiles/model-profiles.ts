import type { Clock } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { EncodedProfile } from '../../statistics/profile/encode.ts';
import type { LoadedModel } from '../model.ts';
import { RowProfile } from './row-profile.ts';

/** `shadow`: answers that no caller saw. */
export type ProfileRole = 'answered' | 'shadow';
export const profileRoles: readonly ProfileRole[] = ['answered', 'shadow'];

/** Versions whose sums are kept, whether they are loaded or not. */
const mostVersions = 20;

/** The sums of the rows that the versions of a model were asked, also of those that answer no more. */
export class ModelProfiles {
  readonly model: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #roles: Record<ProfileRole, Map<number, RowProfile>> = { answered: new Map(), shadow: new Map() };
  /** Of an earlier process and of versions that were not loaded since, as they were written. */
  readonly #earlier: Record<ProfileRole, Map<number, EncodedProfile>> = { answered: new Map(), shadow: new Map() };

  constructor(model: string, clock: Pick<Clock, 'now'>) {
    this.model = model;
    this.#clock = clock;
  }

  /** That of a version, null where nobody says what its rows are counted against. */
  of({ version, reference, signature }: LoadedModel, role: ProfileRole): RowProfile | null {
    const profiles = this.#roles[role];
    const known = profiles.get(version);
    if (known && known.reference.identity === reference?.identity) return known;
    if (!reference) return null;
    const profile = new RowProfile(reference, signature, this.#clock.now());
    profiles.delete(version);
    profiles.set(version, profile);
    this.#restore(version, role, profile);
    for (const oldest of profiles.keys()) {
      if (profiles.size <= mostVersions) break;
      profiles.delete(oldest);
    }
    return profile;
  }

  /** Of all versions that were loaded, by version. */
  rowProfiles(role: ProfileRole): [version: number, profile: RowProfile][] {
    return [...this.#roles[role]].sort(([one], [other]) => one - other);
  }

  /** What an earlier process counted for versions that were not loaded since. */
  earlier(role: ProfileRole): EncodedProfile[] {
    return [...this.#earlier[role].values()];
  }

  /** Takes over what an earlier process has counted. */
  takeOver(role: ProfileRole, profiles: readonly EncodedProfile[]): void {
    for (const encoded of profiles) this.#earlier[role].set(encoded.version, encoded);
    for (const [version, profile] of this.#roles[role]) this.#restore(version, role, profile);
  }

  /** Counts against other bins, and what is no profile, stay as they were written. */
  #restore(version: number, role: ProfileRole, profile: RowProfile): void {
    const encoded = this.#earlier[role].get(version);
    if (encoded?.reference !== profile.reference.identity) return;
    try {
      profile.restore(encoded);
      this.#earlier[role].delete(version);
    } catch (error) {
      if (!(error instanceof GalleyError)) throw error;
    }
  }
}
