import Type, { type Static } from 'typebox';

export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: '64 hexadecimal digits' });

export const VersionFile = Type.Object(
  { name: Type.String({ minLength: 1 }), path: Type.String({ minLength: 1 }), sha256: Sha256 },
  { additionalProperties: false },
);
/** A file of a model version: its name in the version's folder, where it is, and what its bytes must hash to. */
export type VersionFile = Static<typeof VersionFile>;

export const VersionManifest = Type.Object(
  {
    format: Type.Literal(1),
    model: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    /** All that belong to the version but this one, by name. */
    files: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', description: 'a name without a folder' }),
          sha256: Sha256,
          bytes: Type.Integer({ minimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
/** `manifest.json` in the folder of a model version: what its files must be. */
export type VersionManifest = Static<typeof VersionManifest>;

/** Name of the file of a version that says what its rows are counted against; versions of before have none. */
export const referenceProfileName = 'reference-profile.json';
