import { listed } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { DeploymentStream, streamCalls } from '../contract/deploy-streams.ts';
import { type Command, type Flags, given, numberFlag, usageError } from './command.ts';
import { table } from './table.ts';

type StreamsAnswer = OutputOf<typeof streamCalls.streams>;

const text = { type: 'string' } as const;

export const deployStreamCommands: Command[] = [
  {
    words: 'deploy stream',
    usage: 'D NAME --broker URL --subscribe TOPIC --publish TOPIC [--qos 0|1] [--user U] [--password-env VAR]',
    summary: 'Has a deployment answer the messages of an MQTT topic at another topic.',
    example: 'galley deploy stream price sensors --broker mqtt://127.0.0.1:1883 --subscribe sensors/+ --publish prices',
    flags: { broker: text, subscribe: text, publish: text, qos: text, user: text, 'password-env': text },
    positionals: { minimum: 2, maximum: 2 },
    call: 'deploy.setStream',
    secret: {
      prompt: 'Password (empty for none): ',
      wanted: (flags) => flags.user !== undefined && flags['password-env'] === undefined,
    },
    input: ([deployment, name], flags) => {
      requireFlags(flags);
      return {
        deployment,
        stream: given({
          kind: 'mqtt',
          name,
          url: flags.broker,
          subscribe: flags.subscribe,
          publish: flags.publish,
          qos: numberFlag(flags, 'qos'),
          username: flags.user,
          passwordVariable: flags['password-env'],
        }),
      };
    },
    print: streamsTable,
  },
  {
    words: 'deploy streams',
    usage: 'D',
    summary: 'The streams of messages that a deployment answers.',
    example: 'galley deploy streams price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.streams',
    input: ([deployment]) => ({ deployment }),
    print: streamsTable,
  },
  {
    words: 'deploy unstream',
    usage: 'D NAME',
    summary: 'Has a deployment answer a stream no more.',
    example: 'galley deploy unstream price sensors',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'deploy.removeStream',
    input: ([deployment, name]) => ({ deployment, name }),
    print: streamsTable,
  },
];

/** @throws GalleyError `cli.usage` */
function requireFlags(flags: Flags): void {
  const required = { broker: '--broker URL', subscribe: '--subscribe TOPIC', publish: '--publish TOPIC' };
  const missing = Object.entries(required).filter(([flag]) => !flags[flag]);
  if (missing.length > 0) throw usageError(`deploy stream needs ${listed(missing.map(([, usage]) => usage))}.`);
}

function streamsTable({ deployment, streams }: StreamsAnswer): string[] {
  if (streams.length === 0) return [`${deployment} answers no stream.`];
  return [
    ...table(
      ['stream', 'broker', 'subscribe', 'publish', 'state', 'messages', 'refused'],
      streams.map(({ stream, status }) => [
        stream.name,
        stream.url,
        stream.subscribe,
        stream.publish,
        stateWords(status),
        String(status?.messages ?? 0),
        String(status?.refused ?? 0),
      ]),
    ),
    ...streams.flatMap(({ stream, password }) =>
      password === 'missing' || password === 'session' ? [passwordWarning(stream.name, password)] : [],
    ),
  ];
}

function stateWords(status: DeploymentStream['status']): string {
  if (!status) return 'the server does not run';
  return status.connected ? 'connected' : (status.lastError ?? 'connecting');
}

function passwordWarning(name: string, password: 'missing' | 'session'): string {
  return password === 'missing'
    ? `Warning: the password of ${name} is not known; set the stream again.`
    : `This machine has no keychain: the password of ${name} is forgotten when the engine ends. --password-env names a variable instead.`;
}
