import { GalleyError } from '../../base/errors.ts';
import type { ComparisonArtifact } from '../../contract/retrain-artifacts.ts';
import type { DirectedPhases } from '../step-tools.ts';

/**
 * Evidence holds for the champion that it was found against; one that the challenger has replaced already is no other.
 * @throws GalleyError `retrain.champion_moved`, and of package where what named the champion is gone
 */
export function requireSameChampion(
  { packages }: Pick<DirectedPhases, 'packages'>,
  { model, against = `${model}@champion`, champion, challenger }: ComparisonArtifact,
): void {
  const { version } = packages.resolve(against).version;
  if (version === champion.version || version === challenger.version) return;
  throw new GalleyError(
    'retrain.champion_moved',
    `Version ${challenger.version} of ${model} was compared with version ${champion.version}, but ${against} is version ${version} by now.`,
    { details: { model, against, champion: champion.version, challenger: challenger.version, now: version } },
  );
}
