import { type MonitorView, parseView, viewQuery } from './monitor-view.ts';

/** Every object of the window has an address, kept in the fragment (`#/data/flights/3/columns`). Pure except `navigate`. */
export const datasetTabs = ['rows', 'columns', 'versions', 'checks', 'cleaning', 'lineage'] as const;
export type DatasetTab = (typeof datasetTabs)[number];

export const runTabs = ['evaluation', 'explanation', 'slices', 'fairness', 'recipe', 'log'] as const;
export type RunTab = (typeof runTabs)[number];

export const deployTabs = ['overview', 'requests', 'streams'] as const;
export type DeployTab = (typeof deployTabs)[number];

export const monitorTabs = ['timeline', 'columns', 'performance', 'fairness', 'quality', 'system', 'alerts'] as const;
export type MonitorTab = (typeof monitorTabs)[number];

export type Route =
  | { page: 'circle'; model?: string }
  | { page: 'data' }
  | { page: 'dataset'; name: string; version?: number; tab: DatasetTab; check?: string }
  | { page: 'train'; data?: string; target?: string; job?: string }
  | { page: 'runs'; filter?: string; view?: string }
  | { page: 'run'; run: string; tab: RunTab; row?: number }
  | { page: 'sweep'; sweep: string }
  | { page: 'compare'; runs: string[] }
  | { page: 'package'; model?: string; version?: number }
  /** Two versions as `price@3`, on the rows of a dataset version where one is named. */
  | { page: 'versions'; a: string; b: string; on?: string }
  | { page: 'card'; model: string; version: number }
  | { page: 'deploy'; deployment?: string; tab: DeployTab }
  | { page: 'monitor'; deployment?: string; tab: MonitorTab; view: MonitorView }
  | { page: 'retrain'; run?: string; pipeline?: string; step?: string }
  | { page: 'calendar' }
  | { page: 'settings' }
  | { page: 'help'; term?: string }
  | { page: 'unknown'; address: string };

/** Builders of addresses, for links. */
export const address = {
  circle: (model?: string) => path('circle', model),
  data: () => path('data'),
  dataset: (name: string, version?: number, tab?: DatasetTab) => path('data', name, version, tab),
  /** The rows of a version that fail a check. */
  check: (name: string, version: number, check: string) => withQuery(path('data', name, version, 'checks'), { check }),
  train: (data?: string, target?: string, job?: string) => withQuery(path('train'), { data, target, job }),
  /** `row` is the position of a row whose details are open. */
  run: (run: string, tab?: RunTab, row?: number) =>
    withQuery(path('train', 'runs', run, tab), { row: row === undefined ? undefined : String(row) }),
  /** The table of runs, by a saved view or a filter. */
  runs: (filter?: string, view?: string) => withQuery(path('train', 'runs'), { filter, view }),
  sweep: (sweep: string) => path('train', 'sweeps', sweep),
  compare: (runs: readonly string[]) => withQuery(path('train', 'compare'), { runs: runs.join(',') }),
  package: (model?: string, version?: number) => path('package', model, version),
  /** The comparison of two versions, as `price@3`. */
  versions: (a: string, b: string, on?: string) => withQuery(path('package'), { a, b, on }),
  /** The model card of a version. */
  card: (model: string, version: number) => path('package', model, version, 'card'),
  deploy: (deployment?: string, tab?: DeployTab) => path('deploy', deployment, tab),
  monitor: (deployment?: string, tab?: MonitorTab, view: MonitorView = {}) =>
    withQuery(path('monitor', deployment, tab), viewQuery(view)),
  /** A run of a pipeline and a step of it, or a pipeline with its newest run. */
  retrain: (run?: string, of: { pipeline?: string; step?: string } = {}) => withQuery(path('retrain', run), of),
  /** Everything that is scheduled. */
  calendar: () => path('retrain', 'calendar'),
  settings: () => path('settings'),
  help: (term?: string) => path('help', term),
};

/** The address of a phase's own page; an unknown phase leads home. */
export function addressOfPhase(phase: string): string {
  const pages = ['data', 'train', 'package', 'deploy', 'monitor', 'retrain'];
  return pages.includes(phase) ? path(phase) : path('circle');
}

export function parseAddress(fragment: string): Route {
  const [pathText = '', queryText = ''] = fragment.replace(/^#/, '').split('?', 2);
  const parts = pathText.split('/').filter(Boolean).map(decode);
  const parameters = new URLSearchParams(queryText);
  const [page, first, second, third] = parts;
  switch (page) {
    case undefined:
      return { page: 'circle' };
    case 'circle':
      return { page: 'circle', model: first };
    case 'data':
      if (first === undefined) return { page: 'data' };
      return parseDataset(first, second, third, parameters) ?? { page: 'unknown', address: fragment };
    case 'train':
      return parseTrain(first, second, third, parameters);
    case 'package':
      return parsePackage(first, second, third, parameters);
    case 'deploy':
      return { page: 'deploy', deployment: first, tab: deployTabs.find((tab) => tab === second) ?? 'overview' };
    case 'monitor':
      return { page: 'monitor', deployment: first, ...parseMonitor(second, parameters) };
    case 'retrain':
      return first === 'calendar' ? { page: 'calendar' } : parseRetrain(first, parameters);
    case 'settings':
      return { page: 'settings' };
    case 'help':
      return { page: 'help', term: first };
    default:
      return { page: 'unknown', address: fragment };
  }
}

/** The one-time ticket of a first visit (`#ticket=…`), which is never a page. */
export function ticketOf(fragment: string): string | undefined {
  return /^#ticket=([\w.~-]+)$/.exec(fragment)?.[1];
}

export function navigate(to: string): void {
  location.hash = to;
}

/** Undefined where there is no such version number or tab. */
function parseDataset(
  name: string,
  second: string | undefined,
  third: string | undefined,
  query: URLSearchParams,
): Route | undefined {
  const version = parseVersion(second);
  const wanted = version === undefined ? second : third;
  const tab = datasetTabs.find((known) => known === (wanted ?? 'rows'));
  if (tab === undefined || (version === undefined && third !== undefined)) return undefined;
  const check = query.get('check') ?? undefined;
  return check === undefined ? { page: 'dataset', name, version, tab } : { page: 'dataset', name, version, tab, check };
}

function parseMonitor(tab: string | undefined, query: URLSearchParams): { tab: MonitorTab; view: MonitorView } {
  return { tab: monitorTabs.find((known) => known === tab) ?? 'timeline', view: parseView(query) };
}

function parseRetrain(run: string | undefined, query: URLSearchParams): Route {
  const [pipeline, step] = [query.get('pipeline'), query.get('step')];
  return { page: 'retrain', run, ...(pipeline && { pipeline }), ...(step && { step }) };
}

function parsePackage(
  model: string | undefined,
  second: string | undefined,
  third: string | undefined,
  query: URLSearchParams,
): Route {
  const [a, b] = [query.get('a'), query.get('b')];
  const version = parseVersion(second);
  if (third === 'card' && model !== undefined && version !== undefined) return { page: 'card', model, version };
  if (model !== undefined || a === null || b === null) return { page: 'package', model, version };
  return { page: 'versions', a, b, on: query.get('on') ?? undefined };
}

function parseTrain(
  first: string | undefined,
  second: string | undefined,
  third: string | undefined,
  query: URLSearchParams,
): Route {
  if (first === 'runs' && second !== undefined) return parseRun(second, third, query);
  if (first === 'runs')
    return { page: 'runs', filter: query.get('filter') ?? undefined, view: query.get('view') ?? undefined };
  if (first === 'sweeps' && second !== undefined) return { page: 'sweep', sweep: second };
  if (first === 'compare') return { page: 'compare', runs: (query.get('runs') ?? '').split(',').filter(Boolean) };
  return {
    page: 'train',
    data: query.get('data') ?? undefined,
    target: query.get('target') ?? undefined,
    job: query.get('job') ?? undefined,
  };
}

function parseRun(run: string, third: string | undefined, query: URLSearchParams): Route {
  const tab = runTabs.find((known) => known === third) ?? 'evaluation';
  const row = query.get('row');
  return row !== null && /^\d+$/.test(row) ? { page: 'run', run, tab, row: Number(row) } : { page: 'run', run, tab };
}

function parseVersion(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

function path(...parts: (string | number | undefined)[]): string {
  const kept = parts.filter((part) => part !== undefined);
  return `#/${kept.map((part) => encodeURIComponent(part)).join('/')}`;
}

function withQuery(base: string, values: Record<string, string | undefined>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? base : `${base}?${new URLSearchParams(given)}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
