import type { ErrorReport } from '../../../engine/contract/errors.ts';

/** The parts of the form that an error can belong to. */
export const formFields = [
  'target',
  'data',
  'learners',
  'columns',
  'split',
  'window',
  'folds',
  'search',
  'weights',
  'metric',
  'transform',
  'favourable',
] as const;
export type FormField = (typeof formFields)[number];

const fields: Record<string, FormField> = {
  'train.target_empty': 'target',
  'train.target_constant': 'target',
  'train.target_unusable': 'target',
  'train.one_class': 'target',
  'train.unknown_column': 'target',
  'data.unknown_dataset': 'data',
  'data.unknown_version': 'data',
  'train.too_few_rows': 'data',
  'train.no_features': 'columns',
  'train.reserved_column': 'columns',
  'train.invalid_column': 'columns',
  'train.invalid_interaction': 'columns',
  'train.too_wide': 'columns',
  'train.invalid_split': 'split',
  'train.invalid_window': 'window',
  'train.invalid_folds': 'folds',
  'train.invalid_space': 'search',
  'train.invalid_weights': 'weights',
  'train.invalid_transform': 'transform',
  'train.unknown_class': 'favourable',
  'train.unknown_metric': 'metric',
  'train.unknown_learner': 'learners',
  'train.invalid_parameter': 'learners',
};

const shownAlways: readonly FormField[] = ['target', 'data', 'search'];

/** Whether an error belongs to a field that stands under "More". */
export function isUnderMore(field: FormField | undefined): boolean {
  return field !== undefined && !shownAlways.includes(field);
}

/** The field that an error is to be shown at; undefined for one that belongs to the whole form. */
export function fieldOf({ code }: Pick<ErrorReport, 'code'>): FormField | undefined {
  return fields[code];
}

/** What is wrong with the parameters of a learner, by their names. */
export function parameterFaults(report: ErrorReport | undefined, learner: string): Record<string, string> {
  if (report?.code !== 'train.invalid_parameter' || (report.details.learner ?? learner) !== learner) return {};
  const { faults, parameter } = report.details as {
    faults?: { parameter: string; message: string }[];
    parameter?: string;
  };
  if (faults) return Object.fromEntries(faults.map((fault) => [fault.parameter, `It ${fault.message}.`]));
  return parameter === undefined ? {} : { [parameter]: report.message };
}
