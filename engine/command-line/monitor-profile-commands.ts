import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { Elsewhere, profileCalls } from '../contract/monitor-profiles.ts';
import { type Command, given, timeFlag } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

function elsewhereTable(elsewhere: Elsewhere[]): string[] {
  if (elsewhere.length === 0) return ['No profiles of servers elsewhere.'];
  return table(
    ['name', 'deployment there', 'versions', 'rows', 'first', 'last', 'signed'],
    elsewhere.map(({ name, deployment, versions, rows, first, last, signed }) => [
      ...[name, deployment, versions.join(', '), rows, first ?? '', last ?? '', signed ? 'yes' : 'no'],
    ]),
  );
}

export const monitorProfileCommands: Command[] = [
  {
    words: 'monitor profile',
    usage: 'D [--since T] [--until T] [--sign] [--out FILE]',
    summary: 'Counts and sketches of what a deployment was asked, without a single row, as JSON.',
    example: 'galley monitor profile price --out price.profile.json',
    flags: { since: text, until: text, sign: { type: 'boolean' }, out: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.profile',
    input: ([deployment], flags) =>
      given({ deployment, since: timeFlag(flags, 'since'), until: timeFlag(flags, 'until'), sign: flags.sign }),
    print: ({ profile }: OutputOf<typeof profileCalls.profile>) => [JSON.stringify(profile)],
    json: ({ profile }: OutputOf<typeof profileCalls.profile>) => profile,
    streams: {
      wanted: ({ out }) => out !== undefined,
      run: async ({ profile }: OutputOf<typeof profileCalls.profile>, { out }, { write }) => {
        writeFileSync(resolve(String(out)), `${JSON.stringify(profile)}\n`);
        await write(`${String(out)}\n`);
      },
    },
  },
  {
    words: 'monitor import-profile',
    usage: 'FILE [--deployment D] [--name NAME]',
    summary: 'Puts the profile of a server elsewhere, which answered GET /profile, beside a deployment.',
    example: 'galley monitor import-profile price.profile.json --name berlin',
    flags: { deployment: text, name: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.importProfile',
    input: ([file], { deployment, name }) => given({ file: resolve(String(file)), deployment, name }),
    print: ({ elsewhere, added }: OutputOf<typeof profileCalls.importProfile>) => [
      `${count(added, 'row')} more.`,
      '',
      ...elsewhereTable([elsewhere]),
    ],
  },
  {
    words: 'monitor elsewhere',
    usage: '[D]',
    summary: 'Servers elsewhere whose profiles were brought.',
    example: 'galley monitor elsewhere price',
    flags: {},
    positionals: { minimum: 0, maximum: 1 },
    call: 'monitor.elsewhere',
    input: ([deployment]) => given({ deployment }),
    print: ({ elsewhere }: OutputOf<typeof profileCalls.elsewhere>) => elsewhereTable(elsewhere),
  },
  {
    words: 'monitor remove-elsewhere',
    usage: 'D NAME',
    summary: 'Forgets the profiles of a server elsewhere.',
    example: 'galley monitor remove-elsewhere price berlin',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'monitor.removeElsewhere',
    input: ([deployment, name]) => ({ deployment, name }),
    print: ({ name }: OutputOf<typeof profileCalls.removeElsewhere>) => [`The profiles of ${name} are gone.`],
  },
];
