import type { Job } from './jobs.ts';
import type { Severity } from './monitor-alerts.ts';
import type { FitCurve, Sweep, Trial } from './train-sweeps.ts';

/** What the engine tells its clients, over `GET /api/events` (server-sent events read by fetch). */
export type EngineEvent =
  | { type: 'job.changed'; job: Job }
  /** Something of a phase changed: what a screen shows of it must be read again. */
  | { type: 'phase.changed'; phase: string; subject?: string }
  /** An alert was raised, or became graver: the parts of the engine act on it. */
  | { type: 'alert.raised'; alert: string; title: string }
  /** Whoever sits before the window may hear of it now: no quiet hours hold. */
  | { type: 'alert.told'; alert: string; deployment: string; severity: Severity; title: string; detail: string }
  /** A watched source changed and could not be read; the version before stays. */
  | { type: 'source.failed'; dataset: string; title: string; detail: string }
  /** A version passed a bound of its deployment and was taken back, or could not be. */
  | { type: 'release.undone'; deployment: string; title: string; detail: string }
  /** A run waits for a person, who approves or refuses its challenger. */
  | { type: 'approval.asked'; run: string; pipeline: string; step: string; title: string; detail: string }
  /** That run goes on, approved or refused, by a person or by itself. */
  | { type: 'approval.answered'; run: string; step: string }
  /** A search goes on: its state, and the trials that changed. At most some a second. */
  | { type: 'sweep.changed'; sweep: Sweep; trials: Trial[] }
  /** New points of a fit of a running job; `train.curves` has those before. */
  | { type: 'fit.advanced'; jobId: string; curve: FitCurve }
  /** The sequence a client asked to resume from is no longer kept: read everything again. */
  | { type: 'reset' };

/** `sequence` grows by one; a client that was away passes the last it saw in `?after=`. */
export type SequencedEvent = EngineEvent & { sequence: number };
