import type { OutputOf } from '../contract/call.ts';
import type { PrivacyView, privacyCalls } from '../contract/data-privacy.ts';
import { type Command, usageError } from './command.ts';
import { table } from './table.ts';

const marks = ['personal', 'sensitive', 'none'] as const;

export const dataPrivacyCommands: Command[] = [
  {
    words: 'data mark',
    usage: 'NAME COL --personal|--sensitive|--none',
    summary: 'Marks a column as personal or sensitive, for all versions: kept out of training, masked on request.',
    example: 'galley data mark customers email --personal',
    flags: { personal: { type: 'boolean' }, sensitive: { type: 'boolean' }, none: { type: 'boolean' } },
    positionals: { minimum: 2, maximum: 2 },
    call: 'data.mark',
    input: ([dataset, column], flags) => {
      const given = marks.filter((mark) => flags[mark]);
      if (given.length !== 1) throw usageError('Give one of --personal, --sensitive and --none.');
      return { dataset, column, mark: given[0] };
    },
    print: (answer: OutputOf<typeof privacyCalls.mark>) => {
      const marked = Object.entries(answer.marks);
      if (marked.length === 0) return [`${answer.dataset} has no marked column.`];
      return table(['column', 'mark'], marked);
    },
  },
  {
    words: 'data privacy',
    usage: 'NAME[@V]',
    summary: 'Which columns are marked, and which look personal or sensitive.',
    example: 'galley data privacy customers',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.privacy',
    input: ([reference]) => ({ reference }),
    print: ({ dataset, columns }: PrivacyView) => {
      const rows = columns.flatMap(({ name, mark, suggestion }) =>
        mark ? [[name, mark, '']] : suggestion ? [[name, `looks ${suggestion.mark}`, suggestion.why]] : [],
      );
      return rows.length === 0
        ? [`${dataset} has no marked column, and none that looks personal or sensitive.`]
        : table(['column', 'mark', 'why'], rows);
    },
  },
];
