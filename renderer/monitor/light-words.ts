import type { Light } from '../../engine/contract/monitor-quality.ts';
import type { StateTone } from '../ui/state-tone.ts';

/** The word and the colour of a light. */
export const lightWords: Record<Light, { word: string; tone: StateTone }> = {
  good: { word: 'Good', tone: 'good' },
  warning: { word: 'Look', tone: 'warning' },
  bad: { word: 'Bad', tone: 'bad' },
  unknown: { word: 'Unknown', tone: 'empty' },
};
