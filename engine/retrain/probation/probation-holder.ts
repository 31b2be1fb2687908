import type { Holder } from '../../package/index.ts';
import type { ProbationStore } from './probation-store.ts';

/** What probations need of the registry: the version that proves itself, and the one that it is compared with. */
export function probationHolder(probations: ProbationStore): Holder {
  return {
    ofVersion: (model, version) =>
      probations
        .running()
        .filter((one) => one.model === model && (one.version === version || one.champion === version))
        .map((one) => ({ words: `version ${one.version} is on probation in ${one.deployment}`, isLive: true })),
    ofAlias: () => [],
    ofModel: () => [],
  };
}
