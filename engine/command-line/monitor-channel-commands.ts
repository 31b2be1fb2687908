import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { alertCalls, Channel } from '../contract/monitor-alerts.ts';
import { type Command, given, numberFlag, usageError } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;

function channelPlace({ kind, url, host, port, to = [], command = [] }: Channel): string {
  if (kind === 'webhook') return url ?? '';
  if (kind === 'command') return command.join(' ');
  return `${to.join(', ')} by ${host}${port === undefined ? '' : `:${port}`}`;
}

export const monitorChannelCommands: Command[] = [
  {
    words: 'monitor channels',
    usage: '',
    summary: 'Where alerts are told.',
    example: 'galley monitor channels',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'monitor.channels',
    input: () => ({}),
    print: ({ channels }: OutputOf<typeof alertCalls.channels>) =>
      channels.length === 0
        ? ['Alerts are told in the window only.']
        : [
            `${count(channels.length, 'channel')}.`,
            ...table(
              ['channel', 'kind', 'where', 'secret', 'last error'],
              channels.map((channel) => [
                channel.name,
                channel.kind,
                channelPlace(channel),
                channel.hasSecret ? 'kept' : '',
                channel.lastError ?? '',
              ]),
            ),
          ],
  },
  {
    words: 'monitor set-channel',
    usage:
      'NAME (--url URL | --host HOST --from A --to A… [--port N] [--security tls|starttls|none] [--user U] | -- PROGRAM [ARGUMENT…]) [--ask-secret]',
    summary: 'Adds a channel or replaces it: a webhook, e-mail, or a command that gets the alert as JSON.',
    example: 'galley monitor set-channel on-call --url https://hooks.example.org/galley --ask-secret',
    flags: {
      url: text,
      host: text,
      port: text,
      security: text,
      user: text,
      from: text,
      to: list,
      'ask-secret': { type: 'boolean' },
    },
    positionals: { minimum: 1, maximum: 101 },
    call: 'monitor.setChannel',
    input: ([name, ...command], flags) => {
      const kinds = [
        ...(flags.url === undefined ? [] : ['webhook']),
        ...(flags.host === undefined ? [] : ['email']),
        ...(command.length === 0 ? [] : ['command']),
      ];
      if (kinds.length !== 1) throw usageError('monitor set-channel needs one of --url, --host and a program.');
      return given({
        name,
        kind: kinds[0],
        url: flags.url,
        host: flags.host,
        port: numberFlag(flags, 'port'),
        security: flags.security ?? (flags.host === undefined ? undefined : 'tls'),
        user: flags.user,
        from: flags.from,
        to: flags.to,
        command: command.length === 0 ? undefined : command,
      });
    },
    secret: {
      prompt: 'Password of the mailbox, or secret of the webhook (empty for none): ',
      wanted: (flags) => flags['ask-secret'] === true,
    },
    print: ({ channel }: OutputOf<typeof alertCalls.setChannel>) => [
      `${channel.name}: ${channel.kind}, ${channelPlace(channel)}. Try it with galley monitor test-channel ${channel.name}.`,
    ],
  },
  {
    words: 'monitor remove-channel',
    usage: 'NAME',
    summary: 'Removes a channel and its secret; rules no longer tell on it.',
    example: 'galley monitor remove-channel on-call',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.removeChannel',
    input: ([name]) => ({ name }),
    print: ({ name }: OutputOf<typeof alertCalls.removeChannel>) => [`The channel ${name} is removed.`],
  },
  {
    words: 'monitor test-channel',
    usage: 'NAME',
    summary: 'Sends a test alert to a channel.',
    example: 'galley monitor test-channel on-call',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.testChannel',
    input: ([name]) => ({ name }),
    print: ({ says }: OutputOf<typeof alertCalls.testChannel>) => [says],
  },
];
