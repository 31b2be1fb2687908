import Type, { type Static, type TProperties, type TSchema } from 'typebox';
import { Nullable } from './values.ts';

/** What can be set of a deployment, each member with a default. The prediction server's config has the same groups. */
const strict = { additionalProperties: false } as const;

export const LimitSettings = Type.Object(
  {
    /** Of one request's body. */
    bodyBytes: Type.Optional(Type.Integer({ minimum: 64, maximum: 1_073_741_824 })),
    /** Of one request. */
    rows: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Of all requests that wait for the model; beyond it they are refused with 503. */
    waitingRows: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Of one key, or of one address where no key is sent; 0 for no limit. */
    requestsPerMinute: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
    /** A request that has not come in whole after so long is cut with 408. */
    requestMilliseconds: Type.Optional(Type.Integer({ minimum: 100, maximum: 3_600_000 })),
    /** Open at once; more are closed as they come. */
    connections: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  },
  strict,
);
export type LimitSettings = Static<typeof LimitSettings>;

export const BatchSettings = Type.Object(
  {
    /** Rows that go to the model together at most. */
    rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 4096 })),
    /** How long a row may wait for others; 0: only those of the same turn of the event loop go together. */
    milliseconds: Type.Optional(Type.Number({ minimum: 0, maximum: 1000 })),
  },
  strict,
);
export type BatchSettings = Static<typeof BatchSettings>;

export const CorsSettings = Type.Object(
  {
    /** Web pages of these origins may call, as `https://shop.example`. */
    origins: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^https?://[a-z0-9.\\-\\[\\]:]+$',
          maxLength: 253,
          description: 'a scheme and a host, and a port if need be, in small letters',
        }),
        { maxItems: 100 },
      ),
    ),
  },
  strict,
);
export type CorsSettings = Static<typeof CorsSettings>;

export const NetworkSettings = Type.Object(
  {
    /** The address that it listens at; one other than loopback can be reached from the network, and demands keys. */
    host: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
    /** On the network: names that callers may reach it by, beside the machine's own; none for any. */
    names: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z0-9.\\-]+$', maxLength: 253 }), { maxItems: 100 })),
    /** On loopback: whether callers need a key there, too. */
    requireKey: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type NetworkSettings = Static<typeof NetworkSettings>;

export const LogSettings = Type.Object(
  {
    /** Rows that were received longer ago are removed from the log; 0: they are kept for ever. */
    retentionDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 36_500 })),
    /** The share of the rows that is logged, chosen by a hash of the row id: the same rows at every server and time. */
    sampling: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** What the log may take of the disk: beyond it the engine removes the oldest rows, and the server writes none; 0: no bound. */
    diskBytes: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  strict,
);
export type LogSettings = Static<typeof LogSettings>;

export const ProfileSwitches = Type.Object(
  {
    /** Whether the server sums up the rows that it is asked. */
    enabled: Type.Optional(Type.Boolean()),
    /** Whether `/profile` answers the sums; else they are only in `/metrics`. */
    answered: Type.Optional(Type.Boolean()),
  },
  strict,
);

export const loggedRequests = ['all', 'failures', 'none'] as const;
export type LoggedRequests = (typeof loggedRequests)[number];

export const ServerLogSettings = Type.Object(
  {
    /** Which requests have a line in the server's own log. */
    requests: Type.Optional(Type.Enum([...loggedRequests])),
  },
  strict,
);
export type ServerLogSettings = Static<typeof ServerLogSettings>;

/** Every group of settings. */
const groups = {
  network: NetworkSettings,
  limits: LimitSettings,
  batch: BatchSettings,
  cors: CorsSettings,
  log: LogSettings,
  profile: ProfileSwitches,
  serverLog: ServerLogSettings,
};
type Groups = typeof groups;
const groupNames = Object.keys(groups) as (keyof Groups)[];

export const DeploymentSettings = Type.Partial(Type.Object(groups), strict);
/** What was set of a deployment; what is absent has its default. */
export type DeploymentSettings = Static<typeof DeploymentSettings>;

/** Every setting with its value. */
export type WholeSettings = { [Group in keyof Groups]: Required<Static<Groups[Group]>> };
export const WholeSettings = Type.Unsafe<WholeSettings>(Type.Object(mapped(groups, (group) => Type.Required(group))));

export const defaultSettings: WholeSettings = {
  network: { host: '127.0.0.1', names: [], requireKey: false },
  limits: {
    bodyBytes: 16 * 1024 * 1024,
    rows: 100_000,
    waitingRows: 200_000,
    requestsPerMinute: 0,
    requestMilliseconds: 60_000,
    connections: 2000,
  },
  batch: { rows: 128, milliseconds: 0 },
  cors: { origins: [] },
  log: { retentionDays: 0, sampling: 1, diskBytes: 10 * 1024 ** 3 },
  profile: { enabled: true, answered: true },
  serverLog: { requests: 'failures' },
};

/** What was set, with the defaults for the rest. */
export function wholeSettings(settings: DeploymentSettings): WholeSettings {
  const entries = groupNames.map((name) => [name, { ...defaultSettings[name], ...settings[name] }]);
  return Object.fromEntries(entries);
}

type Change<Members> = { [Member in keyof Members]?: Members[Member] | null };

/** What of the settings is to be changed: members replace, null stands for the default, what is absent stays. */
export type SettingsChange = {
  [Group in keyof DeploymentSettings]?: Change<NonNullable<DeploymentSettings[Group]>> | null;
};

export const SettingsChange = Type.Unsafe<SettingsChange>(
  nullable(mapped(groups, ({ properties }) => nullable(properties))),
);

function nullable(properties: TProperties) {
  return Type.Object(
    mapped(properties, (schema) => Type.Optional(Nullable(schema))),
    strict,
  );
}

function mapped<Value>(record: Record<string, Value>, change: (value: Value) => TSchema): TProperties {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** The settings after a change of them; groups without a member are left out. */
export function changedSettings(settings: DeploymentSettings, change: SettingsChange): DeploymentSettings {
  const entries = groupNames.map((name) => [name, changedGroup(settings[name], change[name])] as const);
  return Object.fromEntries(entries.filter(([, members]) => Object.keys(members).length > 0));
}

function changedGroup(members: object = {}, change: object | null = {}): object {
  if (change === null) return {};
  return Object.fromEntries(Object.entries({ ...members, ...change }).filter(([, value]) => value !== null));
}
