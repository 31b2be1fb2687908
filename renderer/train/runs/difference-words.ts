import type { CallAnswer } from '../../client/client.ts';

type Difference = CallAnswer<'train.compare'>['differences'][number];

export interface DifferenceGroup {
  title: string;
  rows: { key: string; title: string; values: readonly unknown[] }[];
}

const groups: readonly (readonly [prefix: string, title: string])[] = [
  ['recipe.parameters.', 'Parameters'],
  ['recipe.split.', 'Split'],
  ['recipe.window.', 'Rows'],
  ['recipe.', 'Recipe'],
  ['environment.libraries.', 'Libraries'],
  ['environment.code.', 'Code'],
  ['environment.cpu.', 'Machine'],
  ['environment.', 'Made with'],
];

const titles: Record<string, string> = {
  'recipe.dataset': 'data',
  'recipe.engine': 'version of Galley',
  'environment.code.dirty': 'files changed since the commit',
  'environment.code.changedFiles': 'number of changed files',
  'environment.code.untrackedFiles': 'files that git does not follow',
  'environment.galley': 'Galley',
  'environment.node': 'Node',
  'environment.cpu.model': 'processor',
  'environment.memory': 'memory in bytes',
};

/** Differences of recipes and environments in groups; metrics and the list of columns are shown elsewhere. */
export function groupDifferences(differences: readonly Difference[]): DifferenceGroup[] {
  const found = new Map<string, DifferenceGroup>();
  for (const { path, values } of differences) {
    if (path === 'recipe.features') continue;
    const [prefix, title] = groups.find(([start]) => path.startsWith(start)) ?? [];
    if (prefix === undefined || title === undefined) continue;
    const group = found.get(title) ?? { title, rows: [] };
    group.rows.push({ key: path, title: titles[path] ?? path.slice(prefix.length).replaceAll(/[._]/g, ' '), values });
    found.set(title, group);
  }
  const order = groups.map(([, title]) => title);
  return [...found.values()].sort((one, other) => order.indexOf(one.title) - order.indexOf(other.title));
}

/** A value of a recipe or an environment as a reader wants it. */
export function showDifference(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
