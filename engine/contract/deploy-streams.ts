import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { secretPlaces } from './data-connections.ts';
import { Name, Nullable } from './values.ts';

/** Streams of messages that a prediction server answers. */
const strict = { additionalProperties: false } as const;

const topic = { minLength: 1, maxLength: 1024 } as const;

export const StreamSpec = Type.Object(
  {
    kind: Type.Literal('mqtt'),
    name: Name,
    /** Of the broker, without a name and a password in it. */
    url: Type.String({
      pattern: '^(mqtts?|wss?)://[^/@\\s]+(/[^@\\s]*)?$',
      maxLength: 1024,
      description:
        'an address as mqtt://127.0.0.1:1883 (mqtts, ws and wss go, too), without a name or a password in it',
    }),
    /** Messages of these topics are answered; `+` and `#` as MQTT has them. */
    subscribe: Type.String(topic),
    /** Where the answers go. */
    publish: Type.String({ ...topic, pattern: '^[^+#]+$', description: 'a topic without + and #' }),
    /** 1, the default: a message comes at least once, also while the server is away; 0: at most once. */
    qos: Type.Optional(Type.Enum([0, 1])),
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    /** Environment variable that holds the password. */
    passwordVariable: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 256 })),
  },
  strict,
);
/** A stream as it is set, today of one kind. */
export type StreamSpec = Static<typeof StreamSpec>;

export const ServedStream = Type.Object(
  {
    ...StreamSpec.properties,
    password: Type.Optional(Type.String()),
    /** By which the broker knows the server again; two servers must not have the same. */
    clientId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  strict,
);
/** A stream as the prediction server's config has it. */
export type ServedStream = Static<typeof ServedStream>;

export const StreamStatus = Type.Object({
  name: Name,
  kind: Type.Literal('mqtt'),
  connected: Type.Boolean(),
  /** Messages since the start of the server or of the stream, and those of them that were answered with an error. */
  messages: Type.Integer(),
  refused: Type.Integer(),
  lastError: Nullable(Type.String()),
});
export type StreamStatus = Static<typeof StreamStatus>;

export const DeploymentStream = Type.Object({
  stream: StreamSpec,
  /** Where the password is; `session`: in memory until the engine ends. */
  password: Type.Enum([...secretPlaces]),
  /** Null while the server does not run. */
  status: Nullable(StreamStatus),
});
/** A stream of a deployment, and how it does. */
export type DeploymentStream = Static<typeof DeploymentStream>;

const StreamsOutput = Type.Object({ deployment: Type.String(), streams: Type.Array(DeploymentStream) });

export const streamCalls = {
  streams: query(
    'deploy.streams',
    'The streams of messages that a deployment answers.',
    Type.Object({ deployment: Type.String() }),
    StreamsOutput,
  ),
  setStream: command(
    'deploy.setStream',
    'Has a deployment answer a stream of messages; the one of that name is changed.',
    Type.Object({
      deployment: Type.String(),
      stream: StreamSpec,
      /** The password; absent: as before, empty: none. */
      secret: Type.Optional(Type.String({ maxLength: 4096 })),
    }),
    StreamsOutput,
  ),
  removeStream: command(
    'deploy.removeStream',
    'Has a deployment answer a stream no more.',
    Type.Object({ deployment: Type.String(), name: Name }),
    StreamsOutput,
  ),
};
