import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Nullable, Time } from './values.ts';

export const ApiKey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** How the key begins; the rest is known to nobody but its holder. */
  prefix: Type.String(),
  createdAt: Time,
  /** Null where it never was. */
  lastUsedAt: Nullable(Time),
  revokedAt: Nullable(Time),
});
/** A key that callers of a deployment send. */
export type ApiKey = Static<typeof ApiKey>;

const DeploymentInput = Type.Object({ deployment: Type.String() });
const KeyName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[^\\u0000-\\u001f:]+$',
  description: 'a text without a colon',
});

export const deployKeyCalls = {
  createKey: command(
    'deploy.createKey',
    'Makes an API key. The answer is the only place that ever shows it.',
    Type.Object({ deployment: Type.String(), name: KeyName }),
    Type.Object({ key: ApiKey, secret: Type.String() }),
  ),
  keys: query(
    'deploy.keys',
    'The API keys of a deployment, the revoked ones last.',
    DeploymentInput,
    Type.Object({ keys: Type.Array(ApiKey) }),
  ),
  revokeKey: command(
    'deploy.revokeKey',
    'Revokes an API key at once.',
    Type.Object({
      deployment: Type.String(),
      /** Its name or id. */
      key: Type.String(),
    }),
    Type.Object({ key: ApiKey }),
  ),
};
