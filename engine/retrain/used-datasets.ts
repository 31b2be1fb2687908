import type { Task } from './definition/tasks.ts';
import type { DirectedPhases } from './step-tools.ts';

/** The datasets that a pipeline takes, of those that are there. */
export function usedBy({ data }: Pick<DirectedPhases, 'data'>, tasks: readonly Task[]): Set<string> {
  const references = tasks.flatMap(referencesOf);
  return new Set(references.flatMap((reference) => resolved(data, reference)?.dataset.id ?? []));
}

function referencesOf({ kind, members }: Task): string[] {
  if (kind === 'fetch') return [String(members.dataset)];
  const { golden } = members as { golden?: { dataset: string } };
  return kind === 'gate' && golden ? [golden.dataset] : [];
}

function resolved(data: DirectedPhases['data'], reference: string): ReturnType<typeof data.resolve> | undefined {
  try {
    return data.resolve(reference);
  } catch {
    return undefined;
  }
}
