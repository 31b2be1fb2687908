import type { EngineEvent } from '../../engine/contract/events.ts';
import type { Job, JobState } from '../../engine/contract/jobs.ts';

/** What a screen reads: a phase's objects, or the circle that sums all of them up. */
export const topics = ['circle', 'data', 'train', 'package', 'deploy', 'monitor', 'retrain'] as const;
export type Topic = (typeof topics)[number];

const finished: readonly JobState[] = ['succeeded', 'failed', 'canceled', 'interrupted'];

/**
 * What must be fetched again after an event. This is the only place that knows. A change of a phase also changes what
 * later phases show of it (a moved alias shows in deploy, a release in monitor).
 */
export function topicsOf(event: EngineEvent): readonly Topic[] {
  switch (event.type) {
    case 'reset':
      return topics;
    case 'alert.raised':
    case 'alert.told':
      return ['circle', 'monitor'];
    case 'source.failed':
      return ['data'];
    case 'release.undone':
      return ['deploy', 'retrain'];
    case 'approval.asked':
    case 'approval.answered':
      return ['circle', 'retrain'];
    case 'job.changed':
      return topicsOfJob(event.job);
    case 'sweep.changed':
    case 'fit.advanced':
      return []; // They carry what changed.
    case 'phase.changed':
      return ['circle', ...phaseTopics(event.phase)];
  }
}

/** Jobs whose answer is all that they make: what a screen shows stays true. */
const looks: readonly string[] = ['train.explain', 'train.dependence', 'train.difference', 'train.reproduce'];

/** Progress alone changes nothing but the list of jobs. */
function topicsOfJob(job: Job): readonly Topic[] {
  if (looks.includes(job.kind)) return ['circle'];
  if (finished.includes(job.state)) return ['circle', ...phaseTopics(job.kind.split('.')[0] ?? '')];
  return job.progress === null ? ['circle'] : [];
}

const shownIn: Record<string, readonly Topic[]> = {
  data: ['data'],
  train: ['train'],
  package: ['package', 'deploy', 'monitor', 'train', 'retrain'],
  deploy: ['deploy', 'monitor', 'package'],
  monitor: ['monitor', 'retrain'],
  retrain: ['retrain'],
  demo: topics,
};

function phaseTopics(phase: string): readonly Topic[] {
  return shownIn[phase] ?? [];
}
