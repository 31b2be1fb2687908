/** Names of metrics as people write them. */
const metricNames: Record<string, string> = {
  r2: 'R²',
  rmse: 'RMSE',
  mae: 'MAE',
  roc_auc: 'ROC AUC',
  log_loss: 'log loss',
  f1: 'F1',
  mape: 'MAPE',
};

/** A metric's name as people write it: `R²` for `r2`. */
export function metricName(name: string): string {
  return metricNames[name] ?? name.replaceAll('_', ' ');
}

/** A metric's value with sensible digits. */
export function metricValue(value: number | null | undefined): string {
  if (value === null || value === undefined) return 'none';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
}

/** `1,200 rows`, `1 row`. */
export function count(value: number, singular: string, plural = `${singular}s`): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? singular : plural}`;
}

/** A sentence's first letter as a capital. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
