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

/** `2026-05-01T14:03:07.250` in the reader's zone, as the field of a time has it. */
function localTime(time: string): string {
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 23);
}

/** `14:03:07.250` in the reader's zone. */
export function clockWords(time: string): string {
  return localTime(time).slice(11);
}

/** `2026-05-01` in the reader's zone. */
export function dayWords(time: string): string {
  return localTime(time).slice(0, 10);
}

/** The reader's zone: `Europe/Berlin`. */
export function zoneWords(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ');
}

/** What the fields of the search hold, as texts. Times are in the reader's zone. */
export interface SearchFields {
  text: string;
  version: string;
  flag: (typeof flagChoices)[number]['value'];
  since: string;
  until: string;
}

export const emptySearch: SearchFields = { text: '', version: 'all', flag: 'all', since: '', until: '' };

/** The last time that a field takes: a year has four digits. */
export const lastTime = '9999-12-31T23:59:59';

type TimeField = 'since' | 'until';

/**
 * What is wrong with the times of a search, by field; nothing where it can be made.
 * @param unread fields with something in them that is no time
 */
export function timeProblems(
  { since, until }: Record<TimeField, string>,
  unread: Record<TimeField, boolean>,
): Partial<Record<TimeField, string>> {
  const problems = { ...timeProblem('since', since, unread), ...timeProblem('until', until, unread) };
  if (Object.keys(problems).length > 0 || since === '' || until === '') return problems;
  return Date.parse(since) < Date.parse(until) ? {} : { until: 'It must be later than the other time.' };
}

function timeProblem(field: TimeField, value: string, unread: Record<TimeField, boolean>) {
  const isTime = /^\d{4}-/.test(value) && !Number.isNaN(Date.parse(value));
  if (value === '' ? !unread[field] : isTime) return {};
  return { [field]: 'Give a whole date and time, with a year of four digits.' };
}

/** What the fields of a search without problems say, as the call takes it. */
export function logFilter(fields: SearchFields): LogFilter {
  const text = fields.text.trim();
  const time = (value: string) => new Date(value).toISOString();
  return {
    ...(text === '' ? {} : { text }),
    ...(fields.version === 'all' ? {} : { version: Number(fields.version) }),
    ...(fields.flag === 'all' ? {} : { flag: fields.flag }),
    ...(fields.since === '' ? {} : { since: time(fields.since) }),
    ...(fields.until === '' ? {} : { until: time(fields.until) }),
  };
}
