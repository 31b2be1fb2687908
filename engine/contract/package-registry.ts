import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Name, Nullable, Time } from './values.ts';

/** `MODEL` is the model itself; `MODEL@3`, `MODEL@alias` and `MODEL@latest` are versions. */
const SubjectReference = Type.String({ minLength: 1, maxLength: 300 });
const TagKey = Type.String({ pattern: '^[^=\\s][^=]{0,249}$', description: 'of 1 to 250 characters without =' });

/** What people say about a model or a version. */
export const registryLabels = {
  /** By key; a plain word has the value ''. */
  tags: Type.Record(Type.String(), Type.String()),
  description: Type.String(),
  archivedAt: Nullable(Time),
};
const RegistryLabels = Type.Object(registryLabels);

/** A change of what is said about a model or a version, or of whether it is seen. */
export const RegistryChange = Type.Object({
  /** Null where it is about the model. */
  version: Nullable(Type.Integer()),
  kind: Type.Enum(['tag', 'untag', 'describe', 'archive', 'unarchive', 'delete', 'restore']),
  /** The tag or the description before and after. */
  before: Nullable(Type.String()),
  after: Nullable(Type.String()),
  at: Time,
  by: Type.String(),
});
export type RegistryChange = Static<typeof RegistryChange>;

/** What was deleted, until the bin is emptied. */
export const ModelBinItem = Type.Object({
  kind: Type.Enum(['model', 'version']),
  id: Type.String(),
  /** `price` or `price@3`, as it was called. */
  reference: Type.String(),
  versions: Type.Integer(),
  /** That emptying the bin would free. */
  bytes: Type.Integer(),
  deletedAt: Time,
});
export type ModelBinItem = Static<typeof ModelBinItem>;

/** What the move of an alias would do. */
export const AliasPreview = Type.Object({
  from: Nullable(Type.Integer()),
  to: Nullable(Type.Integer()),
  /** `the deployment price follows it`. */
  followers: Type.Array(Type.String()),
  /** What breaks for callers of the version before; empty where nothing does. */
  breaking: Type.Array(Type.String()),
});
export type AliasPreview = Static<typeof AliasPreview>;

const ReferenceOnly = Type.Object({ reference: SubjectReference });

export const packageRegistryCalls = {
  tag: command(
    'package.tag',
    'Puts tags on a model or a version; one that is there gets the new value. A plain word is a tag with an empty value.',
    Type.Object({
      reference: SubjectReference,
      tags: Type.Record(TagKey, Type.String({ maxLength: 5000 }), { minProperties: 1, additionalProperties: false }),
    }),
    RegistryLabels,
  ),
  untag: command(
    'package.untag',
    'Takes tags away from a model or a version.',
    Type.Object({ reference: SubjectReference, keys: Type.Array(Type.String(), { minItems: 1 }) }),
    RegistryLabels,
  ),
  describe: command(
    'package.describe',
    'Describes a model or a version; an empty text takes the description away. The one before stays in the history.',
    Type.Object({ reference: SubjectReference, description: Type.String({ maxLength: 20_000 }) }),
    RegistryLabels,
  ),
  archive: command(
    'package.archive',
    'Puts a model or a version out of sight; it can be read as before. What is used now is refused.',
    ReferenceOnly,
    RegistryLabels,
  ),
  unarchive: command(
    'package.unarchive',
    'Takes a model or a version out of the archive.',
    ReferenceOnly,
    RegistryLabels,
  ),
  delete: command(
    'package.delete',
    'Puts a model or a version into the bin; what an alias, a deployment, a pipeline or a monitor needs is refused.',
    ReferenceOnly,
    ReferenceOnly,
  ),
  restore: command('package.restore', 'Takes a model or a version out of the bin.', ReferenceOnly, ReferenceOnly),
  bin: query(
    'package.bin',
    'Models and versions in the bin.',
    Type.Object({}),
    Type.Object({ items: Type.Array(ModelBinItem) }),
  ),
  removeAlias: command(
    'package.removeAlias',
    'Removes an alias; its history stays, and a rollback brings it back. One that is followed is refused.',
    Type.Object({ model: Type.String(), alias: Type.String(), reason: Type.Optional(Type.String()) }),
    Type.Object({ model: Type.String(), alias: Type.String(), previous: Type.Integer() }),
  ),
  previewAlias: query(
    'package.previewAlias',
    'What moving an alias would do, or its rollback where no version is named.',
    Type.Object({ model: Type.String(), alias: Name, version: Type.Optional(Type.Integer()) }),
    AliasPreview,
  ),
};
