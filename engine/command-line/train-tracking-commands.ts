import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { RunDetail, trainCalls } from '../contract/train.ts';
import { type CodeState, type RunSelection, type RunView, usualRunColumns } from '../contract/train-tracking.ts';
import { type Command, type Flags, given, listFlag, numberFlag, usageError } from './command.ts';
import { runTable } from './run-table.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

/** `team=sales`, a tag by the first equals sign. */
function tagsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usageError(`A tag is written KEY=VALUE, not "${pair}".`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

const selectionFlags = {
  filter: text,
  search: text,
  sort: { type: 'string', multiple: true },
  archived: { type: 'boolean' },
} as const;

/** Which runs, and in which order. */
function selectionOf(flags: Flags): RunSelection {
  return given({
    filter: flags.filter,
    search: flags.search,
    sort: listFlag(flags, 'sort'),
    archived: flags.archived ? 'only' : undefined,
  });
}

function viewInWords(name: string, { filter, search, sort = [], archived }: RunView): string[] {
  return [name, filter ?? '', search ?? '', sort.join(', '), archived === 'only' ? 'archived' : ''];
}

const runsInWords = (runs: { number: number }[]) =>
  `${runs.length === 1 ? 'Run' : 'Runs'} ${runs.map(({ number }) => number).join(', ')}`;

/** @param all runs of the project, archived ones aside. */
function noRunInWords(all: number, archived: number): string {
  if (all + archived === 0) return 'No run here. Train with: galley train run NAME --target COLUMN';
  return `None of the ${all} runs, or of the ${archived} archived ones (--archived), is what was asked for.`;
}

export const trainTrackingCommands: Command[] = [
  {
    words: 'train list',
    usage: `[--filter "metrics.rmse < 1 AND tags.team = 'x'"] [--search WORDS] [--sort "metrics.rmse DESC"]… [--target COL] [--archived] [--limit N]`,
    summary: "Runs, newest first; filters have MLflow's grammar (docs/train.md). --archived lists what was archived.",
    example: `galley train list --filter "metrics.r2 > 0.8 AND attributes.learner = 'trees'" --sort "metrics.r2 DESC"`,
    flags: { ...selectionFlags, target: text, limit: text },
    positionals: { minimum: 0, maximum: 0 },
    call: 'train.list',
    input: (_, flags) => given({ ...selectionOf(flags), target: flags.target, limit: numberFlag(flags, 'limit') }),
    print: ({ runs, total, all, archived }: OutputOf<typeof trainCalls.list>) => {
      if (runs.length === 0) return [noRunInWords(all, archived)];
      const more = total > runs.length ? ['', `${runs.length} of ${total} runs.`] : [];
      return [...runTable(runs), ...more];
    },
  },
  {
    words: 'train note',
    usage: 'RUN TEXT',
    summary: 'Writes a note on a run; an empty text takes it away.',
    example: 'galley train note 12 "without the returns of May"',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'train.note',
    input: ([run, note]) => ({ run, note }),
    print: ({ note }: OutputOf<typeof trainCalls.note>) => [note === '' ? 'No note.' : note],
  },
  {
    words: 'train rename',
    usage: 'RUN NAME',
    summary: 'Gives a run a name; an empty one takes it away.',
    example: 'galley train rename 12 "candidate for June"',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'train.rename',
    input: ([run, name]) => ({ run, name }),
    print: ({ name }: OutputOf<typeof trainCalls.rename>) => [name ?? 'No name.'],
  },
  {
    words: 'train tag',
    usage: 'RUN KEY=VALUE… | RUN --remove KEY[,KEY…]',
    summary: 'Puts tags on a run, or takes them away.',
    example: 'galley train tag 12 team=sales stage=candidate',
    flags: { remove: { type: 'string', multiple: true } },
    positionals: { minimum: 1, maximum: Number.POSITIVE_INFINITY },
    call: ({ remove }) => (remove ? 'train.untag' : 'train.tag'),
    input: ([run, ...pairs], flags) => {
      const keys = listFlag(flags, 'remove');
      if (keys && pairs.length > 0) throw usageError('train tag either puts tags on a run or takes them away.');
      if (keys) return { runs: [run], keys };
      if (pairs.length === 0) throw usageError('train tag needs KEY=VALUE or --remove KEY.');
      return { runs: [run], tags: tagsOf(pairs) };
    },
    print: ({ runs }: OutputOf<typeof trainCalls.tag>) => [`${runsInWords(runs)}: done.`],
  },
  {
    words: 'train archive',
    usage: 'RUN…',
    summary: 'Puts runs out of sight; what was made of them goes on.',
    example: 'galley train archive 12 13',
    flags: {},
    positionals: { minimum: 1, maximum: Number.POSITIVE_INFINITY },
    call: 'train.archive',
    input: (runs) => ({ runs }),
    print: ({ runs }: OutputOf<typeof trainCalls.archive>) => [
      `${runsInWords(runs)} archived. Undo: galley train restore ${runs.map(({ number }) => number).join(' ')}`,
    ],
  },
  {
    words: 'train restore',
    usage: 'RUN…',
    summary: 'Takes runs out of the archive.',
    example: 'galley train restore 12 13',
    flags: {},
    positionals: { minimum: 1, maximum: Number.POSITIVE_INFINITY },
    call: 'train.restore',
    input: (runs) => ({ runs }),
    print: ({ runs }: OutputOf<typeof trainCalls.restore>) => [`${runsInWords(runs)}: back in the list.`],
  },
  {
    words: 'train delete',
    usage: 'RUN…',
    summary: 'Removes archived runs for good; one that a model was packaged of stays.',
    example: 'galley train delete 12 13',
    flags: {},
    positionals: { minimum: 1, maximum: Number.POSITIVE_INFINITY },
    call: 'train.delete',
    input: (runs) => ({ runs }),
    print: ({ runs }: OutputOf<typeof trainCalls.delete>) => [`${runsInWords(runs)} deleted.`],
  },
  {
    words: 'train export',
    usage:
      '[RUN…] --to FILE.(csv|html) [--filter F] [--search WORDS] [--sort S]… [--archived] [--columns C,…] [--title T]',
    summary: 'Exports runs, without RUN those of the filter, as a table (CSV) or as a report in one HTML file.',
    example: 'galley train export 12 13 --to candidates.html',
    flags: { ...selectionFlags, to: text, columns: { type: 'string', multiple: true }, title: text },
    positionals: { minimum: 0, maximum: Number.POSITIVE_INFINITY },
    call: 'train.export',
    input: (runs, flags) => {
      if (typeof flags.to !== 'string') throw usageError('train export needs --to FILE.csv or --to FILE.html.');
      const selection = selectionOf(flags);
      if (runs.length > 0 && Object.keys(selection).length > 0) {
        throw usageError('train export takes runs or a filter, not both.');
      }
      const format = /\.html?$/i.test(flags.to) ? 'html' : 'csv';
      const chosen = runs.length > 0 ? { runs } : { selection };
      return given({
        ...chosen,
        format,
        to: resolve(flags.to),
        columns: listFlag(flags, 'columns'),
        title: flags.title,
      });
    },
    print: ({ runs, bytes, path }: OutputOf<typeof trainCalls.export>) => [
      `${runs.toLocaleString('en-US')} runs, ${bytes.toLocaleString('en-US')} bytes in ${path}`,
    ],
  },
  {
    words: 'train views',
    usage: '',
    summary: 'Saved views of the table of runs.',
    example: 'galley train views',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'train.views',
    input: () => ({}),
    print: ({ views }: OutputOf<typeof trainCalls.views>) =>
      views.length === 0
        ? ['No view is saved. Save one with: galley train view save NAME --filter F']
        : table(
            ['view', 'filter', 'search', 'sort', ''],
            views.map(({ name, view }) => viewInWords(name, view)),
          ),
  },
  {
    words: 'train view save',
    usage: 'NAME [--filter F] [--search WORDS] [--sort S]… [--archived] [--columns C,…]',
    summary: 'Keeps a view of the table of runs under a name, for the window, too; one of that name is replaced.',
    example: `galley train view save good --filter "metrics.r2 > 0.8" --sort "metrics.r2 DESC"`,
    flags: { ...selectionFlags, columns: { type: 'string', multiple: true } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'train.saveView',
    input: ([name], flags) => ({
      name,
      view: { ...selectionOf(flags), columns: listFlag(flags, 'columns') ?? usualRunColumns },
    }),
    print: ({ name, replaced }: OutputOf<typeof trainCalls.saveView>) => [
      replaced === null ? `Saved as ${name}.` : `Saved as ${name}, in place of the view before.`,
    ],
  },
  {
    words: 'train view delete',
    usage: 'NAME',
    summary: 'Forgets a saved view.',
    example: 'galley train view delete good',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'train.deleteView',
    input: ([name]) => ({ name }),
    print: ({ name }: OutputOf<typeof trainCalls.deleteView>) => [`The view ${name} is forgotten.`],
  },
  {
    words: 'project link-code',
    usage: 'DIR',
    summary:
      'Links a folder with a git repository: its commit, and whether it was dirty, is kept with every run from now on.',
    example: 'galley project link-code ../analysis',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'train.linkCode',
    input: ([path = '']) => ({ path: resolve(path) }),
    print: linkedInWords,
  },
  {
    words: 'project unlink-code',
    usage: '',
    summary: 'Takes the link to the folder of code away.',
    example: 'galley project unlink-code',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'train.linkCode',
    input: () => ({ path: null }),
    print: linkedInWords,
  },
  {
    words: 'project code',
    usage: '',
    summary: 'The linked folder of code and its state now.',
    example: 'galley project code',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'train.linkedCode',
    input: () => ({}),
    print: linkedInWords,
  },
];

/** `3f2c91a on main, 2 files changed`. */
function codeInWords({ commit, branch, dirty, changedFiles, problem }: CodeState): string {
  if (commit === null) return problem ?? 'no commit';
  const changes = dirty === null ? `${problem}` : dirty ? `${changedFiles} files changed` : 'nothing changed';
  return `${commit.slice(0, 10)}${branch === null ? '' : ` on ${branch}`}, ${changes}`;
}

function linkedInWords({ linked, state }: OutputOf<typeof trainCalls.linkedCode>): string[] {
  return linked === null ? ['No code is linked.'] : [linked.path, ...(state ? [codeInWords(state)] : [])];
}

/** What was written about a run, and where it was made. */
export function trackingInWords({ tracking, environment }: RunDetail): string[] {
  const { name, note, tags, archivedAt, holdout } = tracking;
  const { cpu, libraries = {}, code } = environment;
  const pairs = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  const versions = Object.entries(libraries).map(([library, version]) => `${library} ${version}`);
  const lines: [string, string | undefined | null][] = [
    ['Name', name],
    ['Tags', pairs.join(', ')],
    ['Note', note],
    ['Archived', archivedAt],
    [
      'Made with',
      [`Galley ${environment.galley}`, `Node ${environment.node}`, environment.platform, ...versions].join(', '),
    ],
    ['Machine', cpu && `${cpu.model}, ${cpu.cores} cores`],
    ['Code', code && codeInWords(code)],
    [
      'Holdout',
      holdout.warning ??
        (holdout.looks === 1 ? '1 run was judged on it before' : `${holdout.looks} runs were judged on it before`),
    ],
  ];
  return lines.flatMap(([title, text]) => (text ? [`${title}: ${text}`] : []));
}
