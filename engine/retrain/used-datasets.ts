import type { Task } from './definition/tasks.ts';
import type { DirectedPhases } from './step-tools.ts';

/** The datasets that a pipeline takes, of those that are there. */
export function usedBy({ data }: Pick<DirectedPhases, 'data'>, tasks: readonly Task[]): Set<string> {
  const references = tasks.filter(({ kind }) => kind === 'fetch').map(({ members }) => String(members.dataset));
  return new Set(references.flatMap((reference) => resolved(data, reference)?.dataset.id ?? []));
}

function resolved(data: DirectedPhases['data'], reference: string): ReturnType<typeof data.resolve> | undefined {
  try {
    return data.resolve(reference);
  } catch {
    return undefined;
  }
}
