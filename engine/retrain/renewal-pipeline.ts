import { stringify } from 'yaml';
import type { Renewal } from '../contract/retrain.ts';
import type { Schedule } from '../contract/retrain-schedule.ts';
import type { Triggers } from './definition/triggers.ts';

/**
 * The file of the pipeline that renews a model: new rows, training as the champion was trained, a version, a comparison on
 * rows that neither was trained on, a decision, and the deployment.
 * @param schedule when it runs by itself
 */
export function renewalText(
  name: string,
  { model, dataset, deployment, windowDays, margin }: Renewal,
  schedule: Schedule | null,
): string {
  const champion = `${model}@champion`;
  const { list: triggers } = renewalTriggers(schedule);
  return stringify(
    {
      format: 1,
      pipeline: name,
      summary: `Renews ${model} from the newest rows of ${dataset}.`,
      ...(triggers.length > 0 && { triggers }),
      steps: [
        { name: 'data', kind: 'fetch', dataset },
        {
          name: 'train',
          kind: 'train',
          data: 'data',
          like: champion,
          ...(windowDays !== null && { window: `${windowDays}d` }),
        },
        { name: 'package', kind: 'register', run: 'train', model },
        { name: 'compare', kind: 'compare', challengers: 'package', champion, margin },
        { name: 'gate', kind: 'gate', comparison: 'compare' },
        {
          name: 'deploy',
          kind: 'deploy',
          decision: 'gate',
          ...(deployment !== null && { deployment }),
          when: 'gate.passed',
        },
      ],
    },
    { lineWidth: 0 },
  );
}

/** When that file says that it runs by itself. */
export function renewalTriggers(schedule: Schedule | null): Triggers {
  const list = schedule === null ? [] : [{ on: 'schedule' as const, ...schedule }];
  return { list, debounce: null, quiet: null, concurrent: false };
}
