import type { OutputOf } from '../contract/call.ts';
import type { packageRegistryCalls } from '../contract/package-registry.ts';
import { type Command, given, usageError } from './command.ts';
import { table } from './table.ts';

type Labels = OutputOf<typeof packageRegistryCalls.tag>;

const text = { type: 'string' } as const;

function readTags(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [, key = '', value = ''] = /^([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
      if (key === '') throw usageError(`"${word}" is no tag: write KEY=VALUE or a plain word.`);
      return [key, value];
    }),
  );
}

/** `stage=live, reviewed`. */
export function tagsInWords(tags: Record<string, string>): string {
  return Object.entries(tags)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(', ');
}

const printTags = ({ tags }: Labels) => [Object.keys(tags).length === 0 ? 'No tags.' : `Tags: ${tagsInWords(tags)}`];

/** A command whose only argument is a model or a version. */
function subjectCommand(verb: string, summary: string, example: string, print: Command['print']): Command {
  return {
    words: `package ${verb}`,
    usage: 'MODEL[@V]',
    summary,
    example: `galley package ${verb} ${example}`,
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: `package.${verb}`,
    input: ([reference]) => ({ reference }),
    print,
  };
}

export const packageRegistryCommands: Command[] = [
  {
    words: 'package tag',
    usage: 'MODEL[@V] TAG...',
    summary: 'Puts tags on a model or a version: KEY=VALUE, or a plain word.',
    example: 'galley package tag price@3 stage=live reviewed',
    flags: {},
    positionals: { minimum: 2, maximum: 100 },
    call: 'package.tag',
    input: ([reference, ...words]) => ({ reference, tags: readTags(words) }),
    print: printTags,
  },
  {
    words: 'package untag',
    usage: 'MODEL[@V] KEY...',
    summary: 'Takes tags away from a model or a version.',
    example: 'galley package untag price@3 reviewed',
    flags: {},
    positionals: { minimum: 2, maximum: 100 },
    call: 'package.untag',
    input: ([reference, ...keys]) => ({ reference, keys }),
    print: printTags,
  },
  {
    words: 'package describe',
    usage: 'MODEL[@V] TEXT',
    summary: 'Describes a model or a version, in as many lines as the text has; an empty text takes it away.',
    example: 'galley package describe price@3 "Trained without the year of the strike."',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'package.describe',
    input: ([reference, description]) => ({ reference, description }),
    print: ({ description }: Labels) => [description === '' ? 'No description.' : description],
  },
  subjectCommand('archive', 'Puts a model or a version out of sight; it can be read as before.', 'price@1', () => [
    'Archived. `galley package unarchive` brings it back.',
  ]),
  subjectCommand('unarchive', 'Takes a model or a version out of the archive.', 'price@1', () => [
    'Taken out of the archive.',
  ]),
  subjectCommand(
    'delete',
    'Puts a model or a version into the bin; what is used is refused.',
    'price@1',
    ({ reference }: { reference: string }) => [
      `${reference} is in the bin. \`galley package restore ${reference}\` brings it back.`,
    ],
  ),
  subjectCommand(
    'restore',
    'Takes a model or a version out of the bin.',
    'price@1',
    ({ reference }: { reference: string }) => [`${reference} is back.`],
  ),
  {
    words: 'package bin',
    usage: '',
    summary: 'Models and versions in the bin; `galley gc` empties it.',
    example: 'galley package bin',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'package.bin',
    input: () => ({}),
    print: ({ items }: OutputOf<typeof packageRegistryCalls.bin>) =>
      items.length === 0
        ? ['The bin is empty.']
        : table(
            ['in the bin', 'kind', 'versions', 'bytes', 'deleted'],
            items.map(({ reference, kind, versions, bytes, deletedAt }) => [
              reference,
              kind,
              versions,
              bytes,
              deletedAt,
            ]),
          ),
  },
  {
    words: 'package remove-alias',
    usage: 'MODEL ALIAS [--reason TEXT]',
    summary: 'Removes an alias that nothing follows; its history stays, and a rollback brings it back.',
    example: 'galley package remove-alias price candidate',
    flags: { reason: text },
    positionals: { minimum: 2, maximum: 2 },
    call: 'package.removeAlias',
    input: ([model, alias], flags) => given({ model, alias, reason: flags.reason }),
    print: ({ model, alias, previous }: OutputOf<typeof packageRegistryCalls.removeAlias>) => [
      `${model} has no alias ${alias} any more; it was version ${previous}.`,
    ],
  },
];
