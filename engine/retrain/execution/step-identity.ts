import { type Json, jsonHash } from '../../base/canonical-json.ts';
import type { Artifact } from '../../contract/retrain-artifacts.ts';
import { commonMembers, type StepKindSpec, stepKinds } from '../../contract/retrain-pipeline.ts';
import type { Task } from '../definition/tasks.ts';
import type { CacheParts } from '../run-store.ts';

/** What a step is known by: two with the same key give the same result. */
export interface StepIdentity {
  key: string;
  /** Hashes of what the key is made of, so that it can be said what changed. */
  parts: CacheParts;
}

/**
 * The identity of a step: its kind and members, the artifacts that it takes, Galley's version, and what else its kind says.
 * Name, conditions, retries and timeouts change nothing about a result, so they are no part of it.
 * @param state of the kind's `identity`
 */
export function stepIdentity(
  { kind, members }: Pick<Task, 'kind' | 'members'>,
  inputs: Readonly<Record<string, readonly Artifact[]>>,
  version: string,
  state: Json,
): StepIdentity {
  const parts = {
    Galley: version,
    'what it is told': jsonHash(ownMembers(kind, members)),
    'what it looks at': jsonHash(state),
    ...Object.fromEntries(Object.entries(inputs).map(([member, artifacts]) => [member, artifactsHash(artifacts)])),
  };
  return { key: jsonHash({ kind, ...parts }), parts };
}

/** The names of the parts that are not as before. */
export function changedParts(now: CacheParts, before: CacheParts): string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(before)])].filter((part) => now[part] !== before[part]);
}

function ownMembers(kind: Task['kind'], members: Task['members']): Json {
  const { inputs }: StepKindSpec = stepKinds[kind];
  const own = Object.entries(members).filter(
    ([name]) => name !== 'kind' && !(name in commonMembers) && !(name in inputs),
  );
  return Object.fromEntries(own) as Json;
}

function artifactsHash(artifacts: readonly Artifact[]): string {
  return jsonHash(artifacts.map((artifact) => jsonHash(artifact as unknown as Json)).sort());
}
