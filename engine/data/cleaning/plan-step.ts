import type { CleaningStep } from '../../contract/cleaning-steps.ts';
import type { StepPlan, StepTable, StepTools } from './step-plan.ts';
import { planDerive, planDrop, planKeep, planRename } from './steps/column-steps.ts';
import { planFill } from './steps/fill-step.ts';
import { planJoin } from './steps/join-step.ts';
import { planRetype } from './steps/retype-step.ts';
import { planDeduplicate, planFilter, planSample, planSort } from './steps/row-steps.ts';
import { planCombine, planMap, planSplit, planTrim } from './steps/text-steps.ts';
import { planLag, planRolling } from './steps/window-steps.ts';

/**
 * What a step does to its input, in SQL.
 * @throws GalleyError `data.invalid_step`, `data.unknown_column`, `data.invalid_sql` where it does not fit the columns
 */
export async function planStep(step: CleaningStep, input: StepTable, tools: StepTools): Promise<StepPlan> {
  const { schema } = input;
  switch (step.kind) {
    case 'rename':
      return planRename(step, schema);
    case 'retype':
      return planRetype(step, schema, tools);
    case 'drop':
      return planDrop(step, schema);
    case 'keep':
      return planKeep(step, schema);
    case 'filter':
      return planFilter(step, input, tools);
    case 'fill':
      return planFill(step, input, tools);
    case 'deduplicate':
      return planDeduplicate(step, input);
    case 'trim':
      return planTrim(step, schema);
    case 'map':
      return planMap(step, schema);
    case 'split':
      return planSplit(step, schema, tools);
    case 'combine':
      return planCombine(step, schema);
    case 'derive':
      return planDerive(step, schema, tools);
    case 'lag':
      return planLag(step, schema);
    case 'rolling':
      return planRolling(step, schema);
    case 'join':
      return planJoin(step, input, tools);
    case 'sample':
      return planSample(step, input);
    case 'sort':
      return planSort(step, input);
  }
}
