import type { OutputOf } from '../contract/call.ts';
import type { ApiKey, deployKeyCalls } from '../contract/deploy-keys.ts';
import type { Command } from './command.ts';
import { table } from './table.ts';

export const deployKeyCommands: Command[] = [
  {
    words: 'deploy key create',
    usage: 'D NAME',
    summary: 'Makes an API key and shows it, once.',
    example: 'galley deploy key create price shop',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'deploy.createKey',
    input: ([deployment, name]) => ({ deployment, name }),
    print: ({ secret }: OutputOf<typeof deployKeyCalls.createKey>) => [
      secret,
      '',
      'Keep it: it is not shown again. Callers send it as `authorization: Bearer <key>`.',
    ],
  },
  {
    words: 'deploy key list',
    usage: 'D',
    summary: 'The API keys of a deployment.',
    example: 'galley deploy key list price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.keys',
    input: ([deployment]) => ({ deployment }),
    print: ({ keys }: { keys: ApiKey[] }) =>
      table(
        ['key', 'begins with', 'made', 'last used', 'revoked'],
        keys.map((key) => [key.name, key.prefix, key.createdAt, key.lastUsedAt, key.revokedAt]),
      ),
  },
  {
    words: 'deploy key revoke',
    usage: 'D NAME|ID',
    summary: 'Revokes an API key at once.',
    example: 'galley deploy key revoke price shop',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'deploy.revokeKey',
    input: ([deployment, key]) => ({ deployment, key }),
    print: ({ key }: OutputOf<typeof deployKeyCalls.revokeKey>) => [`The key ${key.name} is revoked.`],
  },
];
