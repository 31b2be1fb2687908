export const schedules = ['cosine', 'constant', 'step', 'plateau'] as const;
export type Schedule = (typeof schedules)[number];

/** Where training stands when a step is taken. */
export interface TrainingPoint {
  /** Share of all steps that are done, in [0, 1). */
  done: number;
  /** How often a plateau was met. */
  plateaus: number;
}

/**
 * Part of the learning rate that a step takes. `cosine` falls to 0 along half a cosine (Loshchilov & Hutter 2017, without
 * restarts), `step` takes a tenth after half and a hundredth after three quarters of all steps, `plateau` halves whenever
 * the loss has stopped falling.
 */
export function rateFactor(schedule: Schedule, { done, plateaus }: TrainingPoint): number {
  switch (schedule) {
    case 'cosine':
      return (1 + Math.cos(Math.PI * done)) / 2;
    case 'step':
      return done < 0.5 ? 1 : done < 0.75 ? 0.1 : 0.01;
    case 'plateau':
      return 0.5 ** plateaus;
    case 'constant':
      return 1;
  }
}
