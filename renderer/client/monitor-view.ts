/** A span of event time; `until` is exclusive. ISO 8601. */
export interface TimeSpan {
  since: string;
  until: string;
}

export const windowSizes = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type WindowSize = (typeof windowSizes)[number];

/** What of a deployment's time all tabs of its monitor page show: it stands in the address. */
export interface MonitorView {
  /** All of it where it is left out. */
  range?: TimeSpan;
  /** Length of one window; as fits where it is left out. */
  size?: WindowSize;
  /** The window that is judged: the whole range where it is left out. */
  current?: TimeSpan;
  /** What it is judged by: the reference of the deployed version where it is left out. */
  reference?: TimeSpan;
  column?: string;
  /** The id of the alert that is shown. */
  alert?: string;
}

/** The view as parameters of an address. */
export function viewQuery(view: MonitorView): Record<string, string | undefined> {
  return {
    range: view.range && writeSpan(view.range),
    size: view.size,
    now: view.current && writeSpan(view.current),
    before: view.reference && writeSpan(view.reference),
    column: view.column,
    alert: view.alert,
  };
}

/** Reads it back; what cannot be read is left out. */
export function parseView(query: URLSearchParams): MonitorView {
  const view: MonitorView = {
    range: readSpan(query.get('range')),
    size: windowSizes.find((size) => size === query.get('size')),
    current: readSpan(query.get('now')),
    reference: readSpan(query.get('before')),
    column: query.get('column') || undefined,
    alert: query.get('alert') || undefined,
  };
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));
}

function writeSpan({ since, until }: TimeSpan): string {
  return `${shorten(since)}~${shorten(until)}`;
}

/** Midnight needs no time of day. */
function shorten(time: string): string {
  return new Date(time).toISOString().replace('T00:00:00.000Z', '');
}

function readSpan(text: string | null): TimeSpan | undefined {
  const [since, until] = (text ?? '').split('~').map((part) => Date.parse(part));
  if (since === undefined || until === undefined || !(since < until)) return undefined;
  return { since: new Date(since).toISOString(), until: new Date(until).toISOString() };
}
