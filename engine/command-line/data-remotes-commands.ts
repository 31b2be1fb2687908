import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { Remote, remoteCalls, Transfer } from '../contract/data-remotes.ts';
import { type Command, given, usageError } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

/** Folders are named as on any command line; the engine wants whole paths. */
function addressOf(written: string): string {
  const isPath = /^[./~\\]|^[A-Za-z]:[\\/]/.test(written) || !written.includes(':');
  return isPath ? resolve(written) : written;
}

function transferLines(verb: string, { remote, versions, files, bytes, warnings }: Transfer): string[] {
  const moved = `${files.toLocaleString('en-US')} files, ${bytes.toLocaleString('en-US')} bytes`;
  return [
    versions.length === 0 ? `Nothing to ${verb}: ${remote} has the same versions.` : `${remote}: ${moved}.`,
    ...versions.map(({ version, identity }) => `${version}  ${identity}`),
    ...warnings.map((warning) => `Warning: ${warning.message}`),
  ];
}

const selection = {
  flags: { remote: text },
  positionals: { minimum: 0, maximum: Number.POSITIVE_INFINITY },
  input: (datasets: string[], flags: Record<string, unknown>) =>
    given({ remote: flags.remote, datasets: datasets.length === 0 ? undefined : datasets }),
};

export const dataRemotesCommands: Command[] = [
  {
    words: 'data remote add',
    usage:
      'NAME ADDRESS [--endpoint URL] [--region R] [--access-key ID | --role ARN] [--key-file FILE] [--host-key SHA256:…] [--password-env VAR]',
    summary: 'Names a folder, s3://bucket/prefix or ssh://user@host/path that versions are shared through.',
    example: 'galley data remote add team ssh://ada@data.example.org/srv/galley',
    flags: {
      endpoint: text,
      region: text,
      'access-key': text,
      role: text,
      'key-file': text,
      'host-key': text,
      'password-env': text,
    },
    positionals: { minimum: 2, maximum: 2 },
    call: 'data.addRemote',
    input: ([name, address = ''], flags) => {
      if (address === '') throw usageError('Give the address of the remote.');
      return given({
        name,
        address: addressOf(address),
        endpoint: flags.endpoint,
        region: flags.region,
        accessKey: flags['access-key'],
        role: flags.role,
        keyFile: typeof flags['key-file'] === 'string' ? resolve(flags['key-file']) : undefined,
        hostKey: flags['host-key'],
        secretVariable: flags['password-env'],
      });
    },
    secret: {
      prompt: 'Secret key (empty for none): ',
      wanted: (flags) => flags['access-key'] !== undefined && flags['password-env'] === undefined,
    },
    print: ({ remote }: OutputOf<typeof remoteCalls.addRemote>) => [`Remote ${remote.name}: ${remote.address}`],
  },
  {
    words: 'data remote remove',
    usage: 'NAME',
    summary: 'Forgets a remote; what lies there stays.',
    example: 'galley data remote remove team',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.removeRemote',
    input: ([name]) => ({ name }),
    print: ({ removed }: OutputOf<typeof remoteCalls.removeRemote>) => [`The project no longer knows ${removed}.`],
  },
  {
    words: 'data remotes',
    usage: '',
    summary: 'Remotes of the project.',
    example: 'galley data remotes',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'data.remotes',
    input: () => ({}),
    print: ({ remotes }: { remotes: Remote[] }) =>
      remotes.length === 0
        ? ['No remote yet. Add one with: galley data remote add NAME ADDRESS']
        : table(
            ['remote', 'address', 'last push', 'last pull'],
            remotes.map(({ name, address, lastPush, lastPull }) => [name, address, lastPush ?? '', lastPull ?? '']),
          ),
  },
  {
    words: 'data push',
    usage: '[NAME…] [--remote REMOTE]',
    summary: 'Copies to a remote the versions that it lacks.',
    example: 'galley data push sales --remote team',
    ...selection,
    call: 'data.push',
    print: (answer: Transfer) => transferLines('push', answer),
  },
  {
    words: 'data pull',
    usage: '[NAME…] [--remote REMOTE]',
    summary: 'Copies from a remote the versions that the project lacks.',
    example: 'galley data pull --remote team',
    ...selection,
    call: 'data.pull',
    print: (answer: Transfer) => transferLines('pull', answer),
  },
  {
    words: 'data remote status',
    usage: '[NAME…] [--remote REMOTE]',
    summary: 'Which versions are only here, and which only on the remote.',
    example: 'galley data remote status',
    ...selection,
    call: 'data.remoteStatus',
    print: ({ datasets }: OutputOf<typeof remoteCalls.remoteStatus>) =>
      table(
        ['dataset', 'here', 'there', 'to push', 'to pull'],
        datasets.map(({ name, here, there, toPush, toPull }) => [name, here, there, toPush, toPull]),
      ),
  },
];
