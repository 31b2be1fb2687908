/** The two rules that every deployment has, the gravest first. */
export const causes = ['performance', 'drift'] as const;
export type Cause = (typeof causes)[number];

/** What a rule says of a look; null where there is too little to say. */
export type Verdicts = Record<Cause, boolean | null>;

/**
 * Alerts as the monitor raises them (monitor/alerts/raise.ts): rules that are broken stand until they are kept again or
 * another version answers; rules that break while one stands join its alert, which is told again only where it becomes
 * graver by it.
 */
export class StandingAlerts {
  #version = 0;
  #standing: Cause[] = [];

  /** Rules of the version that stand broken. */
  standing(version: number): readonly Cause[] {
    return version === this.#version ? this.#standing : [];
  }

  /** @returns the rules of the alert that is told after this look; none where none is. */
  look(version: number, verdicts: Verdicts): Cause[] {
    const before = this.standing(version);
    const staying = before.filter((cause) => verdicts[cause] !== false);
    const fresh = causes.filter((cause) => verdicts[cause] === true && !before.includes(cause));
    this.#version = version;
    this.#standing = causes.filter((cause) => staying.includes(cause) || fresh.includes(cause));
    if (fresh.length === 0) return [];
    const isGraver = fresh.includes('performance');
    return staying.length === 0 || isGraver ? [...this.#standing] : [];
  }
}
