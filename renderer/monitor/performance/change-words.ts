import type { ConceptChange } from '../../../engine/contract/monitor-performance.ts';

const detectors: Record<ConceptChange['detector'], string> = {
  adwin: 'ADWIN',
  page_hinkley: 'Page-Hinkley',
  change_point: 'Change point',
};

/** The detector's name, as the literature writes it. */
export function detectorName(detector: ConceptChange['detector']): string {
  return detectors[detector];
}
