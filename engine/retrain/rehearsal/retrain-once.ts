import { GalleyError } from '../../base/errors.ts';
import type { RehearsedRetraining } from '../../contract/retrain-rehearsal.ts';
import { compareOnRows } from '../compare-job.ts';
import { type Comparison, decide } from '../decision.ts';
import type { Contest } from '../judged-rows.ts';
import type { RehearsedModel } from './rehearsed-model.ts';
import type { Stage } from './stage.ts';

/** A model as a policy knows it: versions are counted as a registry counts them. */
export interface NumberedModel {
  model: RehearsedModel;
  version: number;
}

/** The versions that a policy has made. */
export class Versions {
  readonly #numbers = new Map<string, number>();

  /** The number of a model; the next one where it is new. */
  of({ key }: RehearsedModel): number {
    const number = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/** One retraining: what it came to, and what answers from then on. */
export interface Retrained {
  champion: NumberedModel;
  retraining: RehearsedRetraining;
  /** What was trained; null where nothing was. */
  challenger: RehearsedModel | null;
}

/**
 * Trains the recipe on what is known by then and lets the gate judge it, as a run of a pipeline does.
 * @throws GalleyError `job.canceled`; what makes a training impossible is told, not thrown
 */
export async function retrainOnce(
  stage: Stage,
  versions: Versions,
  champion: NumberedModel,
  now: number,
  trigger: RehearsedRetraining['trigger'],
): Promise<Retrained> {
  try {
    const challenger = await stage.models.at(now, stage.first.signature);
    if (challenger.key === champion.model.key) {
      const reason = `Version ${champion.version} was trained on these very rows already.`;
      const retraining = { trigger, outcome: 'unchanged', version: champion.version, gain: null, reason } as const;
      return { champion, retraining, challenger: null };
    }
    const version = versions.of(challenger);
    const comparison = await compare(stage, champion.model, challenger);
    const { metric, margin } = stage;
    const facts = { champion: champion.version, challenger: version, metric, margin, holdout: '', comparison };
    const { promoted, reason, gain } = decide(facts);
    const retraining = { trigger, outcome: promoted ? 'promoted' : 'refused', version, gain, reason } as const;
    return { champion: promoted ? { model: challenger, version } : champion, retraining, challenger };
  } catch (error) {
    if (!(error instanceof GalleyError) || error.kind === 'canceled') throw error;
    const retraining = { trigger, outcome: 'failed', version: null, gain: null, reason: error.message } as const;
    return { champion, retraining, challenger: null };
  }
}

async function compare(stage: Stage, champion: RehearsedModel, challenger: RehearsedModel): Promise<Comparison> {
  const { comparisons, task, target, metric, margin, seed, throwIfCanceled } = stage;
  const key = `${champion.key} ${challenger.key}`;
  const known = comparisons.get(key);
  if (known) return known;
  const contest: Contest = { task, target, metric, margin, champion, challenger, seed };
  const frames = { champion: champion.frame(), challenger: challenger.frame() };
  const comparison = await compareOnRows(contest, frames, { progress: () => {}, throwIfCanceled });
  comparisons.set(key, comparison);
  return comparison;
}
