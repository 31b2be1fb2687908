import type { StepDefinition, StepKind } from '../../contract/retrain-pipeline.ts';

/** What is wrong with the members of a step that each by itself is right; undefined where nothing is. */
export function memberFault({ kind, ...members }: StepDefinition): { member?: string; message: string } | undefined {
  return rules[kind]?.(members);
}

type Rule = (members: Record<string, unknown>) => { member?: string; message: string } | undefined;

const rules: Partial<Record<StepKind, Rule>> = {
  train: ({ like, target }) => {
    if (like === undefined && target === undefined)
      return { message: 'needs like, a model to be trained again, or target, the column to predict.' };
    if (like === undefined || target === undefined) return undefined;
    return { member: 'target', message: `cannot stand beside like: what ${like} predicts is predicted.` };
  },
  compare: ({ recent, labelled }) =>
    recent !== undefined && labelled === undefined
      ? { member: 'recent', message: 'needs labelled: the deployment whose labelled requests are meant.' }
      : undefined,
  deploy: ({ percent, as = 'live' }) =>
    percent !== undefined && as !== 'canary'
      ? { member: 'percent', message: 'is the share of a canary: it needs as: canary.' }
      : undefined,
};
