import { listed } from '../../base/words.ts';
import type { DataUser } from '../../contract/data-history.ts';
import type { Uses } from '../../store/uses.ts';

/** Who uses these things, directly or through others, each once. Their own kind is left out: a part is no user. */
export function allUsersOf(uses: Uses, subjects: readonly { kind: string; id: string }[]): DataUser[] {
  const found = new Map<string, DataUser>();
  const waiting = [...subjects];
  for (let subject = waiting.shift(); subject; subject = waiting.shift()) {
    for (const user of uses.usersOf(subject)) {
      const key = `${user.kind} ${user.id}`;
      if (found.has(key)) continue;
      found.set(key, user);
      waiting.push(user);
    }
  }
  return [...found.values()];
}

const words: Record<string, [one: string, many: string]> = {
  run: ['run', 'runs'],
  model_version: ['model version', 'model versions'],
  deployment: ['deployment', 'deployments'],
  pipeline: ['pipeline', 'pipelines'],
  dataset_version: ['dataset version', 'dataset versions'],
};

const namedOfKind = 4;

/** `2 runs (run 1, run 2) and 1 deployment (penguins)`. */
export function usersInWords(users: readonly DataUser[]): string {
  const kinds = [...new Set(users.map(({ kind }) => kind))];
  const parts = kinds.map((kind) => {
    const labels = users.filter((user) => user.kind === kind).map(({ label }) => label);
    const [one, many] = words[kind] ?? [kind, kind];
    const more = labels.length > namedOfKind ? ', …' : '';
    return `${labels.length} ${labels.length === 1 ? one : many} (${labels.slice(0, namedOfKind).join(', ')}${more})`;
  });
  return listed(parts);
}
