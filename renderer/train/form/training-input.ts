import type { Split } from '../../../engine/contract/train.ts';
import type { LearnerDescription } from '../../../engine/contract/train-learners.ts';
import type { CallInput } from '../../client/client.ts';
import { budgetOf } from './effort.ts';
import type { NewRun } from './new-run.svelte.ts';

export interface TrainingContext {
  reference: string;
  target: string;
  split: Split | undefined;
  /** Names of the learners that are wanted. */
  chosen: readonly string[];
  learners: readonly LearnerDescription[];
}

/** What the form asks the engine for; whatever is left as proposed is left out. */
export function trainingInput(form: NewRun, context: TrainingContext): CallInput<'train.run'> {
  const { reference, target, split, chosen, learners } = context;
  const exclude = [...form.left].filter((name) => name !== target);
  const budget = budgetOf(form.effort);
  const { columns, targetTransform, weightColumn, balanced, allowedLeaks } = form;
  const weights = {
    ...(weightColumn === undefined ? {} : { column: weightColumn }),
    ...(balanced ? { classes: 'balanced' as const } : {}),
  };
  const params = Object.fromEntries(
    chosen.flatMap((learner) =>
      Object.entries(form.parameters[learner] ?? {}).map(([name, value]) => [`${learner}.${name}`, value] as const),
    ),
  );
  return {
    reference,
    target,
    ...(budget !== undefined && chosen.length === learners.length ? {} : { learners: [...chosen] }),
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(form.allowed.size === 0 ? {} : { allowPersonal: [...form.allowed] }),
    ...(split === undefined ? {} : { split }),
    ...(form.metric === undefined ? {} : { metric: form.metric }),
    ...(Object.keys(params).length === 0 ? {} : { params }),
    ...(budget === undefined ? {} : { budget }),
    ...(budget === undefined || form.folds === undefined ? {} : { folds: form.folds }),
    ...(Object.keys(columns).length === 0 ? {} : { columns: { ...columns } }),
    ...(targetTransform === undefined ? {} : { targetTransform }),
    ...(Object.keys(weights).length === 0 ? {} : { weights }),
    ...(form.sensitive === undefined ? {} : { sensitive: [form.sensitive] }),
    ...(allowedLeaks.size === 0 ? {} : { allowLeak: [...allowedLeaks] }),
    seed: form.seed,
  };
}
