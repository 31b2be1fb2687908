import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { Name, Nullable, Problem, Time } from './values.ts';

export const remoteKinds = ['folder', 's3', 'ssh'] as const;

/** A place outside the project that several projects share versions through. It holds no secret. */
export const Remote = Type.Object({
  name: Type.String(),
  kind: Type.Enum([...remoteKinds]),
  /** `/path`, `s3://bucket/prefix` or `ssh://user@host:port/path`. */
  address: Type.String(),
  /** S3: the store's address, where it is not Amazon's. */
  endpoint: Nullable(Type.String()),
  region: Nullable(Type.String()),
  /** S3: the public half of the key. */
  accessKey: Nullable(Type.String()),
  /** S3: ARN of a role that is taken on with an identity token, in place of a key. */
  role: Nullable(Type.String()),
  /** SSH: path of the private key file; the agent and the usual files are tried without one. */
  keyFile: Nullable(Type.String()),
  /** SSH: fingerprint (`SHA256:…`) that the host must show, where `known_hosts` does not name it. */
  hostKey: Nullable(Type.String()),
  /** Environment variable that holds the secret, where it is not in the system's keychain. */
  secretVariable: Nullable(Type.String()),
  lastPush: Nullable(Time),
  lastPull: Nullable(Time),
});
export type Remote = Static<typeof Remote>;

const Transferred = Type.Object({
  /** `NAME@VERSION` as this project numbers it. */
  version: Type.String(),
  identity: Type.String(),
});

const Transfer = Type.Object({
  remote: Type.String(),
  versions: Type.Array(Transferred),
  /** Stored files that had to be moved, and their bytes. */
  files: Type.Integer(),
  bytes: Type.Integer(),
  warnings: Type.Array(Problem),
});
export type Transfer = Static<typeof Transfer>;

/** Which remote, where there are several, and which datasets; all without. */
const Selection = { remote: Type.Optional(Name), datasets: Type.Optional(Type.Array(Name, { minItems: 1 })) };

export const remoteCalls = {
  remotes: query(
    'data.remotes',
    'Remotes of the project.',
    Type.Object({}),
    Type.Object({ remotes: Type.Array(Remote) }),
  ),
  addRemote: command(
    'data.addRemote',
    'Names a folder, an S3-compatible store or an SSH host that versions are pushed to and pulled from.',
    Type.Object({
      name: Name,
      address: Type.String({ minLength: 1 }),
      endpoint: Type.Optional(Type.String()),
      region: Type.Optional(Type.String()),
      accessKey: Type.Optional(Type.String()),
      role: Type.Optional(Type.String()),
      keyFile: Type.Optional(Type.String()),
      hostKey: Type.Optional(Type.String()),
      secretVariable: Type.Optional(Type.String()),
      /** Password, key phrase or secret key; it goes to the system's keychain. */
      secret: Type.Optional(Type.String({ minLength: 1 })),
    }),
    Type.Object({ remote: Remote }),
  ),
  removeRemote: command(
    'data.removeRemote',
    'Forgets a remote and its secret; what lies there stays.',
    Type.Object({ name: Name }),
    Type.Object({ removed: Type.String() }),
  ),
  remoteStatus: jobCommand(
    'data.remoteStatus',
    'Which versions are only here, and which only on the remote.',
    Type.Object(Selection),
    Type.Object({
      remote: Type.String(),
      datasets: Type.Array(
        Type.Object({
          name: Type.String(),
          here: Type.Integer(),
          there: Type.Integer(),
          /** Versions that a push or a pull would move. */
          toPush: Type.Integer(),
          toPull: Type.Integer(),
        }),
      ),
    }),
  ),
  push: jobCommand('data.push', 'Copies to a remote what it lacks.', Type.Object(Selection), Transfer),
  pull: jobCommand('data.pull', 'Copies from a remote what the project lacks.', Type.Object(Selection), Transfer),
};
