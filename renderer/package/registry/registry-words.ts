import type { AliasMove, ModelSummary, ModelVersion } from '../../../engine/contract/package.ts';
import type { AliasPreview, RegistryChange } from '../../../engine/contract/package-registry.ts';

/** `stage=live`, or the plain word. */
export function tagText(key: string, value: string): string {
  return value === '' ? key : `${key}=${value}`;
}

export function tagTexts(tags: Record<string, string>): string[] {
  return Object.entries(tags).map(([key, value]) => tagText(key, value));
}

/** A tag as it was typed: `key=value` or a plain word. */
export function readTag(typed: string): { key: string; value: string } {
  const [key = '', ...rest] = typed.split('=');
  return { key: key.trim(), value: rest.join('=').trim() };
}

/** The versions that a list shows: archived ones where asked for, only found ones where something is searched. */
export function listedVersions(
  model: ModelSummary,
  { archived, found, selected }: { archived: boolean; found?: ReadonlySet<string>; selected?: number },
): ModelVersion[] {
  return model.versions.filter((version) => {
    if (found) return found.has(version.id);
    return archived || version.archivedAt === null || version.version === selected;
  });
}

/** An alias, where it points, and where a rollback leads. */
export interface AliasState {
  alias: string;
  /** Null where it was removed. */
  version: number | null;
  /** The version that a rollback leads to. */
  rollback?: number;
  last?: AliasMove;
}

/** Aliases that are there, then those that were removed and can be brought back. */
export function aliasStates(model: ModelSummary): AliasState[] {
  const there = Object.keys(model.aliases);
  const gone = Object.keys(model.rollbacks).filter((alias) => model.aliases[alias] === undefined);
  return [...there, ...gone].map((alias) => ({
    alias,
    version: model.aliases[alias] ?? null,
    rollback: model.rollbacks[alias],
    last: model.history.find((move) => move.alias === alias),
  }));
}

/** What a move does, in sentences. */
export function moveInWords(alias: string, { from, to, followers, breaking }: AliasPreview): string[] {
  const where =
    from === null ? `${alias} points at version ${to} again.` : `${alias} goes from version ${from} to version ${to}.`;
  const who =
    followers.length === 0
      ? 'Nothing follows it.'
      : `In the same moment changes what follows it: ${followers.join('; ')}. No request fails for it.`;
  const breaks = breaking.length === 0 ? [] : [`Callers of version ${from} may be refused: ${breaking.join('; ')}.`];
  return [where, who, ...breaks];
}

const kinds: Record<RegistryChange['kind'], string> = {
  tag: 'tagged',
  untag: 'took a tag away',
  describe: 'described',
  archive: 'archived',
  unarchive: 'took out of the archive',
  delete: 'deleted',
  restore: 'restored',
};

export function changeInWords({ kind }: RegistryChange): string {
  return kinds[kind];
}

/** What was there and what is; of a description the first line. */
export function changeDetail({ before, after }: RegistryChange): string {
  const line = (text: string | null) => text?.split('\n', 1)[0] ?? '';
  if (line(before) === '') return line(after);
  return line(after) === '' ? `${line(before)} → nothing` : `${line(before)} → ${line(after)}`;
}
