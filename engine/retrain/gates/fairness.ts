import { figure } from '../../base/figures.ts';
import { selectRows } from '../../base/frame.ts';
import { count } from '../../base/words.ts';
import type { GateCheck } from '../../contract/retrain-artifacts.ts';
import type { FairnessMeasure } from '../../contract/retrain-pipeline.ts';
import type { ModelAnswers } from '../../package/index.ts';
import { predictedClasses } from '../../statistics/classification-metrics.ts';
import { requireClass } from '../../train/for-jobs.ts';
import { decisionReport, fewestGroupRows, sensitiveGroups } from '../../train/index.ts';
import type { JudgedRows } from '../judged-rows.ts';

/** The bound as the gate says it. */
export interface FairnessBound {
  column: string;
  /** The largest difference between groups that is taken. */
  difference: number;
  measure?: FairnessMeasure;
  favourable?: string;
}

/** How both models treat the groups of a column; null where there are no two groups to compare. */
export interface FairnessFound {
  /** Null of a regression, which gives no class. */
  favourable: string | null;
  groups: number;
  champion: number | null;
  challenger: number | null;
}

/**
 * The largest difference between groups of a column on the common rows, Fairlearn's `demographic_parity_difference` or
 * `equalized_odds_difference`; groups of fewer than 10 rows are left out.
 * @throws GalleyError `train.unknown_column`, `train.unknown_class`
 */
export function measureFairness(
  { frame, rows, truth, champion, challenger }: JudgedRows,
  { column, measure = 'demographic_parity', favourable: wanted }: FairnessBound,
  seed: number,
): FairnessFound {
  if (truth.kind === 'numbers') return { favourable: null, groups: 0, champion: null, challenger: null };
  const { classes } = challenger;
  const favourable = classes[wanted === undefined ? classes.length - 1 : requireClass(classes, wanted)] as string;
  const groups = sensitiveGroups(selectRows(frame, rows), column);
  const actual = Uint8Array.from(truth.values, (name) => Number(name === favourable));
  const of = (answers: ModelAnswers) => {
    const selected = selectedRows(answers, favourable);
    const report = decisionReport({ favourable, actual, selected }, groups, fewestGroupRows, seed);
    return { difference: report.differences[`${measure}_difference`]?.value ?? null, report };
  };
  const ofChallenger = of(challenger);
  return {
    favourable,
    groups: ofChallenger.report.groups.filter(({ tooSmall }) => !tooSmall).length,
    champion: of(champion).difference,
    challenger: ofChallenger.difference,
  };
}

/** 1 a row that is given the class. */
function selectedRows({ classes, values, threshold }: ModelAnswers, favourable: string): Uint8Array {
  const predicted = predictedClasses({ classes, probabilities: values, labels: [], threshold });
  return Uint8Array.from(predicted, (index) => Number(classes[index] === favourable));
}

const measureWords: Record<FairnessMeasure, string> = {
  demographic_parity: 'demographic parity difference',
  equalized_odds: 'equalized odds difference',
};

export function fairnessCheck(
  { favourable, groups, champion, challenger }: FairnessFound,
  { column, difference, measure = 'demographic_parity' }: FairnessBound,
): GateCheck {
  const passed = challenger !== null && challenger <= difference;
  return { name: 'fairness', passed, detail: detailOf() };

  function detailOf(): string {
    if (favourable === null) return `fairness by ${column} cannot be judged, as it answers numbers and gives no class`;
    if (challenger === null)
      return `fairness by ${column} cannot be judged: no two groups have ${fewestGroupRows} of the common rows`;
    const before = champion === null ? '' : `, ${figure(champion)} of the champion`;
    const found = `its ${measureWords[measure]} of "${favourable}" is ${figure(challenger)} between ${count(groups, 'group')} of ${column}${before}`;
    return `${found}; at most ${figure(difference)} is taken`;
  }
}
