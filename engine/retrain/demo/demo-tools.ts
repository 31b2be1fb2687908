import type { RetrainPhase } from '../retrain-phase.ts';
import type { DirectedPhases, StepTools } from '../step-tools.ts';

/** What the demo works with. */
export interface DemoTools extends StepTools {
  phases: DirectedPhases & { retrain: RetrainPhase };
  /** Tells what is being done now. */
  say(phase: string): void;
}
