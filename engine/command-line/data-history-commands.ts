import type { OutputOf } from '../contract/call.ts';
import type { BinItem, DataUsage, dataHistoryCalls, HistoryVersion } from '../contract/data-history.ts';
import { type Command, given, usageError } from './command.ts';
import { formatNumber, table } from './table.ts';

type History = OutputOf<typeof dataHistoryCalls.history>;
type Tagged = OutputOf<typeof dataHistoryCalls.tag>;

export const dataHistoryCommands: Command[] = [
  {
    words: 'data log',
    usage: 'NAME',
    summary: 'The versions of a dataset: what each was made of, tags, notes, who uses it.',
    example: 'galley data log sales',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.history',
    input: ([name]) => ({ name }),
    print: ({ dataset, versions }: History) => [
      ...(dataset.note === '' ? [] : [dataset.note, '']),
      ...versions.flatMap((version) => versionLines(version, versions, dataset.name)),
    ],
  },
  {
    words: 'data tag',
    usage: 'NAME@3 TAG | NAME TAG --remove',
    summary: 'Puts a tag on a version, which is then NAME@TAG too; --remove takes it away.',
    example: 'galley data tag sales@3 approved',
    flags: { remove: { type: 'boolean' } },
    positionals: { minimum: 2, maximum: 2 },
    call: ({ remove }) => (remove ? 'data.untag' : 'data.tag'),
    input: ([reference = '', tag], { remove }) => {
      if (!remove) return { reference, tag };
      if (reference.includes('@')) throw usageError('A tag stands on one version only: name the dataset without @.');
      return { name: reference, tag };
    },
    print: (answer: Tagged | OutputOf<typeof dataHistoryCalls.untag>) => {
      const before = answer.previous === null ? '' : `, before on version ${answer.previous}`;
      return 'version' in answer
        ? [`${answer.dataset}@${answer.tag} is version ${answer.version}${before}.`]
        : [`${answer.dataset}@${answer.tag} was version ${answer.previous} and is no more.`];
    },
  },
  {
    words: 'data note',
    usage: 'NAME[@V] TEXT',
    summary: 'Writes a note on a dataset, or on a version; an empty text takes it away.',
    example: 'galley data note sales@3 "returns of May are missing"',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'data.note',
    input: ([reference, note]) => ({ reference, note }),
    print: ({ dataset, version, note }: OutputOf<typeof dataHistoryCalls.note>) => [
      `${version === null ? dataset : `${dataset}@${version}`}: ${note === '' ? 'no note' : note}`,
    ],
  },
  {
    words: 'data rename',
    usage: 'OLD NEW',
    summary: 'Gives a dataset another name; whatever uses it goes on.',
    example: 'galley data rename sales orders',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'data.rename',
    input: ([name, to]) => ({ name, to }),
    print: ({ dataset, previous }: OutputOf<typeof dataHistoryCalls.rename>) => [`${previous} is now ${dataset}.`],
  },
  {
    words: 'data delete',
    usage: 'NAME[@V] [--force]',
    summary: 'Puts a version or a dataset into the bin; refused where something uses it, unless forced.',
    example: 'galley data delete sales@2',
    flags: { force: { type: 'boolean' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.delete',
    input: ([reference], flags) => given({ reference, force: flags.force }),
    print: ({ reference, bytes }: BinItem) => [
      `${reference} is in the bin (galley gc would free ${formatNumber(bytes)} bytes). Undo: galley data restore ${reference}`,
    ],
  },
  {
    words: 'data restore',
    usage: 'NAME[@V] [--as NEW]',
    summary: 'Takes a version or a dataset out of the bin.',
    example: 'galley data restore sales@2',
    flags: { as: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.restore',
    input: ([reference], flags) => given({ reference, name: flags.as }),
    print: ({ reference }: OutputOf<typeof dataHistoryCalls.restore>) => [`${reference} is back.`],
  },
  {
    words: 'data bin',
    usage: '',
    summary: 'What was deleted and can be restored.',
    example: 'galley data bin',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'data.bin',
    input: () => ({}),
    print: ({ items }: { items: BinItem[] }) =>
      items.length === 0
        ? ['The bin is empty.']
        : table(
            ['deleted', 'versions', 'rows', 'bytes', 'at', 'id'],
            items.map(({ reference, versions, rows, bytes, deletedAt, id }) => [
              reference,
              versions,
              rows,
              bytes,
              deletedAt,
              id,
            ]),
          ),
  },
  {
    words: 'data usage',
    usage: '',
    summary: 'What takes how much room on the disk.',
    example: 'galley data usage',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'data.usage',
    input: () => ({}),
    print: (usage: DataUsage) => [
      ...table(
        ['dataset', 'versions', 'bytes', 'of its own'],
        usage.datasets.map(({ name, versions, bytes, ownBytes }) => [name, versions.length, bytes, ownBytes]),
      ),
      '',
      ...table(
        ['beside', 'bytes'],
        [
          ['bin', usage.bin],
          ['caches', usage.caches],
          ['models and logs kept', usage.otherFiles],
          ['logs being written', usage.logs],
          ['database', usage.database],
          ['in all', usage.total],
        ],
      ),
    ],
  },
];

function versionLines(version: HistoryVersion, all: readonly HistoryVersion[], dataset: string): string[] {
  const name = version.dataset === dataset ? `v${version.version}` : `${version.dataset}@${version.version}`;
  const kind = version.state === 'kept' ? (version.origin?.kind ?? '') : version.state;
  const parents = version.parents.flatMap((id) => all.find((other) => other.id === id) ?? []);
  const others = parents.filter((parent) => parent.dataset !== version.dataset);
  const from = others.length === 0 ? '' : `of ${others.map((one) => `${one.dataset}@${one.version}`).join(', ')}`;
  const tags = version.tags.length === 0 ? '' : `[${version.tags.join('] [')}]`;
  const used = version.usedBy.length === 0 ? '' : `used by ${version.usedBy.map(({ label }) => label).join(', ')}`;
  const head = [name, version.createdAt ?? '', kind, from, changeWords(version), tags, used];
  return [head.filter((part) => part !== '').join('  '), ...(version.note === '' ? [] : [`    ${version.note}`])];
}

function changeWords({ changes, rows, parents, rowsAdded }: HistoryVersion): string {
  if (parents.length === 0) return `${formatNumber(rows)} rows`;
  if (changes === null) return `${formatNumber(rows)} rows (${rowsAdded < 0 ? '' : '+'}${formatNumber(rowsAdded)})`;
  const parts = [
    changes.added > 0 ? `+${formatNumber(changes.added)}` : '',
    changes.removed > 0 ? `-${formatNumber(changes.removed)}` : '',
    changes.changed > 0 ? `~${formatNumber(changes.changed)}` : '',
  ].filter((part) => part !== '');
  return `${formatNumber(rows)} rows (${parts.length === 0 ? 'the same' : parts.join(' ')})`;
}
