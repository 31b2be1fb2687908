import type { DataPhase } from '../data/index.ts';
import type { DeployPhase } from '../deploy/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { MonitorPhase } from '../monitor/index.ts';
import type { PackagePhase } from '../package/index.ts';
import type { TrainPhase } from '../train/index.ts';

/** The phases that a pipeline directs. */
export interface DirectedPhases {
  data: DataPhase;
  train: TrainPhase;
  packages: PackagePhase;
  deploy: DeployPhase;
  monitor: MonitorPhase;
}

/** What the kinds of steps work with. */
export interface StepPhases {
  context: EngineContext;
  phases: DirectedPhases;
}

/** What work that starts jobs needs. */
export interface StepTools extends StepPhases {
  /** Aborted when the run is canceled. */
  signal: AbortSignal;
}
