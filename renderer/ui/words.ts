/** What metrics and field terms are called, and one line of what they mean. */
export interface TermText {
  title: string;
  line: string;
}

const metricTitles: Record<string, string> = {
  r2: 'R²',
  rmse: 'RMSE',
  mae: 'MAE',
  median_absolute_error: 'Median error',
  mape: 'MAPE',
  accuracy: 'Accuracy',
  balanced_accuracy: 'Balanced accuracy',
  precision: 'Precision',
  recall: 'Recall',
  f1: 'F1',
  roc_auc: 'ROC AUC',
  average_precision: 'Average precision',
  log_loss: 'Log loss',
  brier: 'Brier score',
  matthews: 'Matthews correlation',
  loss: 'Training loss',
  validation_loss: 'Validation loss',
  oob_loss: 'Out-of-bag loss',
};

/** A metric's name as a reader knows it; an unknown name is shown with its underscores as spaces. */
export function metricTitle(name: string): string {
  return metricTitles[name] ?? name.replaceAll('_', ' ');
}

const lowerIsBetterMetrics = new Set(['rmse', 'mae', 'median_absolute_error', 'mape', 'log_loss', 'brier']);

export function lowerIsBetter(metric: string): boolean {
  return lowerIsBetterMetrics.has(metric);
}

const outOfOne = new Set([
  'r2',
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'f1',
  'roc_auc',
  'average_precision',
]);

/** Whether an axis for this metric goes from 0 to 1. */
export function isShare(metric: string): boolean {
  return outOfOne.has(metric);
}

export const terms = {
  holdout: {
    title: 'Holdout',
    line: 'Rows that no learner saw in training. The quality of a model is measured on them.',
  },
  baseline: {
    title: 'Baseline',
    line: 'Always guesses the mean or the most frequent class. A model that is not better has learnt nothing.',
  },
  interval: {
    title: '95 % interval',
    line: 'Where the metric would lie in 95 of 100 draws of the held-out rows, from resampling them.',
  },
  drift: {
    title: 'Drift',
    line: 'The values of a column are spread differently from the rows the model was trained on.',
  },
  psi: {
    title: 'PSI',
    line: 'Population stability index: how far two distributions are apart. Below 0.1 little, above 0.25 much.',
  },
  champion: { title: 'Champion', line: 'The version that answers requests.' },
  challenger: {
    title: 'Challenger',
    line: 'A version that may take the champion’s place when it is better on the same rows.',
  },
  parity: {
    title: 'Parity',
    line: 'The ONNX file gives the same answers as the trainer on rows with missing, unseen and extreme values.',
  },
  importance: {
    title: 'Importance',
    line: 'How much worse the model becomes on held-out rows when one column is shuffled.',
  },
  recipe: {
    title: 'Recipe',
    line: 'Everything that makes a run: data, target, columns, split, learner, parameters, seed. The same recipe gives the same model.',
  },
  lineage: { title: 'Lineage', line: 'Where something comes from and what was made of it.' },
  identity: {
    title: 'Identity',
    line: 'A hash of the rows and their types. The same rows have the same identity in every file format.',
  },
  alias: { title: 'Alias', line: 'A name such as champion that points at one version and can be moved.' },
  r2: {
    title: 'R²',
    line: 'The share of the spread of the target that the model explains. 1 is perfect, 0 is guessing the mean.',
  },
  rmse: { title: 'RMSE', line: 'Root mean square error, in units of the target. Large errors count more.' },
  mae: { title: 'MAE', line: 'Mean absolute error, in units of the target.' },
  roc_auc: {
    title: 'ROC AUC',
    line: 'The chance that a positive row gets a higher score than a negative one. 0.5 is guessing.',
  },
  accuracy: { title: 'Accuracy', line: 'The share of held-out rows that got the right class.' },
  log_loss: {
    title: 'Log loss',
    line: 'How surprised the model is by what came true. 0 is perfect; sure and wrong costs most.',
  },
  f1: { title: 'F1', line: 'The harmonic mean of precision and recall.' },
  event_time: {
    title: 'Event time',
    line: 'When what a row describes happened, as the caller gave it; else when the request arrived.',
  },
  latency: { title: 'Latency', line: 'How long the server took to answer, in milliseconds.' },
  gate: { title: 'Gate', line: 'The last comparison before a new version may answer requests.' },
  onnx: { title: 'ONNX', line: 'An open file format for models. It runs in Python, C#, Java, Rust and browsers.' },
} as const satisfies Record<string, TermText>;

export function termFor(name: string): TermText | undefined {
  return (terms as Record<string, TermText>)[name];
}
