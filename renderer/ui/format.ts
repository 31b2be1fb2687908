/** Numbers, sizes and times as a reader wants them. Pure; all in English with UTC dates. */
const dash = '–';

const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count with thousands separators. */
export function formatCount(value: number): string {
  return integer.format(value);
}

/** `7` of `rows`: the noun loses its s where the number is one. */
export function formatQuantity(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(value)} ${value === 1 ? noun : plural}`;
}

/** A number in sensible digits: three significant below 100, whole above 1,000, with a true minus sign. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return dash;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return withMinus(value.toExponential(digits - 1));
  if (Number.isInteger(value)) return withMinus(integer.format(value));
  if (size >= 1000) return withMinus(integer.format(value));
  const decimals = size >= 100 ? Math.max(0, digits - 2) : size >= 1 ? digits - 1 : digits;
  return withMinus(value.toFixed(decimals));
}

/** As short as it can be with three significant digits: for one big number. */
export function formatShort(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return formatNumber(value);
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1000 || Number.isInteger(rounded) ? formatNumber(value) : withMinus(String(rounded));
}

/** With a sign in front, as a difference is written. */
export function formatSigned(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return dash;
  return value > 0 ? `+${formatNumber(value, digits)}` : formatNumber(value, digits);
}

/** A score such as R² or AUC: always three decimals, so that a column lines up. */
export function formatScore(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  return withMinus(value.toFixed(decimals));
}

/** With exactly so many decimals. */
export function formatFixed(value: number, decimals: number): string {
  return withMinus(value.toFixed(decimals));
}

/** A number on an axis: as short as it can be. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${withMinus(String(Number((value / 1e6).toPrecision(3))))} M`;
  if (size >= 1e4) return `${withMinus(String(Number((value / 1e3).toPrecision(3))))} k`;
  // Four digits between 1,000 and 10,000: of years each one counts.
  return withMinus(String(Number(value.toPrecision(size >= 1000 ? 4 : 3))));
}

/** A share of one as whole percent (one decimal below 10 %). */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return dash;
  const percent = share * 100;
  const decimals = Math.abs(percent) < 9.95 && !Number.isInteger(Math.round(percent * 10) / 10) ? 1 : 0;
  return `${withMinus(percent.toFixed(decimals))} %`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`;
}

/** A duration given in seconds: `0.2 s`, `1 min 40 s`, `4 h 12 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joinParts(`${minutes} min`, Math.round(seconds % 60), 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return joinParts(`${hours} h`, minutes % 60, 'min');
  return joinParts(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

/** How long ago, in one short word (`4 min`, with a suffix `4 min ago`); from a month on the month itself. */
export function formatAgo(time: string, now: number, suffix = ''): string {
  const then = Date.parse(time);
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < 45) return 'now';
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min${suffix}`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h${suffix}`;
  if (seconds < 30 * 86_400) return `${Math.round(seconds / 86_400)} d${suffix}`;
  return formatMonth(time);
}

/** How long until then: `in 4 min`, `in 3 d`; from a month on the month itself: `in Jan 2027`. */
export function formatUntil(time: string, now: number): string {
  const ahead = Date.parse(time) - now;
  if (ahead < 45_000) return 'now';
  return `in ${ahead < 30 * 86_400_000 ? formatAgo(new Date(now).toISOString(), now + ahead) : formatMonth(time)}`;
}

const exact = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const month = new Intl.DateTimeFormat('en-US', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** Date and time to the second in the reader's zone, which stands after it: for the hover of a relative time. */
export function formatExactTime(time: string): string {
  return exact.format(new Date(time));
}

export function formatMonth(time: string): string {
  return month.format(new Date(time));
}

/** `4 Feb 2015`, in UTC. */
export function formatDay(time: string): string {
  return `${new Date(time).getUTCDate()} ${formatMonth(time)}`;
}

/** A cell of a data table: dates stay as they are, missing values are a dash. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined) return dash;
  if (typeof value === 'number') return Number.isInteger(value) ? withMinus(String(value)) : formatPlain(value);
  return String(value);
}

/** `sha256:7f3a…c91e`: enough of a hash to recognise it. */
export function formatHash(hash: string): string {
  const [kind, hex] = hash.includes(':') ? hash.split(':', 2) : ['', hash];
  if (hex === undefined || hex.length <= 12) return hash;
  const short = `${hex.slice(0, 4)}…${hex.slice(-4)}`;
  return kind ? `${kind}:${short}` : short;
}

function formatPlain(value: number): string {
  return withMinus(String(Math.round(value * 1e6) / 1e6));
}

/** A true minus sign; a value that rounds to zero has none. */
function withMinus(text: string): string {
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replace('-', '−');
}

function joinParts(first: string, value: number, unit: string): string {
  return value > 0 ? `${first} ${value} ${unit}` : first;
}
