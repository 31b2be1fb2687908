import type { LogFilter, LoggedRow } from '../../engine/contract/deploy-log.ts';
import { formatCell, formatNumber, formatPercent } from '../ui/format.ts';

type Flag = LoggedRow['flags'][number]['flag'];

const flagWords: Record<Flag, string> = {
  unseen_category: 'unseen value',
  out_of_range: 'out of range',
  not_finite: 'no number',
  masked: 'masked',
};

/** What the list can be narrowed to. */
export const flagChoices: readonly { value: 'all' | NonNullable<LogFilter['flag']>; label: string }[] = [
  { value: 'all', label: 'All rows' },
  { value: 'any', label: 'With a remark' },
  { value: 'unseen_category', label: 'With an unseen value' },
  { value: 'out_of_range', label: 'Out of range' },
  { value: 'not_finite', label: 'Without a number' },
  { value: 'masked', label: 'With masked values' },
];

/** The answer in one cell: a number, or a class with its probability. */
export function answerWords(outputs: LoggedRow['outputs']): string {
  if ('prediction' in outputs) return formatNumber(outputs.prediction);
  const probability = outputs.probabilities[outputs.label];
  return typeof probability === 'number' ? `${outputs.label} ${formatPercent(probability)}` : outputs.label;
}

/** `line: unseen value`, one after the other; masked inputs are no remark on the row. */
export function remarkWords({ flags }: LoggedRow): string {
  return flags
    .filter(({ flag }) => flag !== 'masked')
    .map(({ field, flag }) => `${field}: ${flagWords[flag]}`)
    .join(', ');
}

/** The inputs of a row by name, with what is said of them. */
export function inputLines({ inputs, flags }: LoggedRow): { name: string; value: string; mark: string | null }[] {
  return Object.entries(inputs).map(([name, value]) => {
    const own = flags.filter(({ field }) => field === name).map(({ flag }) => flag);
    if (own.includes('masked')) {
      return { name, value: value === null ? 'masked' : String(value), mark: value === null ? null : 'pseudonym' };
    }
    return { name, value: formatCell(value), mark: own.map((flag) => flagWords[flag]).join(', ') || null };
  });
}

/** `14:03:07.250` in UTC. */
export function clockWords(time: string): string {
  return time.slice(11, 23);
}

/** What the fields of the search say, as the call takes it. A time of a field has no offset: it is UTC. */
export function logFilter(fields: {
  text: string;
  version: string;
  flag: (typeof flagChoices)[number]['value'];
  since: string;
  until: string;
}): LogFilter {
  const text = fields.text.trim();
  const time = (value: string) => new Date(`${value}Z`).toISOString();
  return {
    ...(text === '' ? {} : { text }),
    ...(fields.version === 'all' ? {} : { version: Number(fields.version) }),
    ...(fields.flag === 'all' ? {} : { flag: fields.flag }),
    ...(fields.since === '' ? {} : { since: time(fields.since) }),
    ...(fields.until === '' ? {} : { until: time(fields.until) }),
  };
}
