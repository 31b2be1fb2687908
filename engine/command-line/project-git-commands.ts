import { resolve } from 'node:path';
import { GalleyError } from '../base/errors.ts';
import type { OutputOf } from '../contract/call.ts';
import type { Arrival, ArrivedChange, GitChange, GitCommit, projectGitCalls } from '../contract/project-git.ts';
import { type Command, entriesFlag, given, numberFlag, usageError } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

/** Folders are named as on any command line; the engine wants whole paths. */
function addressOf(written: string): string {
  const isPath = /^[./~\\]|^[A-Za-z]:[\\/]/.test(written) || !written.includes(':');
  return isPath ? resolve(written) : written;
}

const signs: Readonly<Record<GitChange['kind'], string>> = { added: '+', changed: '~', removed: '-' };

function changeLines(changes: readonly GitChange[]): string[] {
  return changes.map(({ kind, path, subject, words }) => `  ${signs[kind]} ${path}: ${subject}, ${words}`);
}

function commitLine({ id, at, author, title }: GitCommit): string {
  return `${id.slice(0, 10)} ${at.slice(0, 16).replace('T', ' ')} ${author}: ${title}`;
}

function arrivedLine(change: ArrivedChange): string[] {
  const [line = ''] = changeLines([change]);
  if (change.problem !== null) return [line, '      cannot be taken; keep what is here with --ours'];
  return change.conflict ? [line, '      changed here, too: choose with --ours or --theirs'] : [line];
}

function arrivalLines(arrival: Arrival | null): string[] {
  if (!arrival) return ['Nothing new.'];
  const { commit, commits, changes, diverged, runs } = arrival;
  return [
    `From elsewhere, at ${commit.slice(0, 10)}${diverged ? ', beside commits of this project' : ''}:`,
    ...commits.map((one) => `  ${commitLine(one)}`),
    changes.length === 0 ? 'It changes nothing of the project.' : 'It would change:',
    ...changes.flatMap(arrivedLine),
    ...(runs ? ['It brings SQL or a pipeline: the project has to be trusted anew before that runs.'] : []),
    'Take it over with: galley project git accept',
  ];
}

const getThem = 'Get data with: galley data pull; models with: galley package pull';

function statusLines(status: OutputOf<typeof projectGitCalls.gitStatus>): string[] {
  const { linked, address, branch, head, changes, waiting, unpushed, arrival } = status;
  if (!linked) return ['The project is not in Git. Put it there with: galley project git link'];
  return [
    `Branch ${branch}${address === null ? '' : `, ${address}`}`,
    head === null ? 'No commit yet.' : commitLine(head),
    ...(unpushed ? ['There are commits that were not pushed.'] : []),
    changes.length === 0 ? 'Nothing to commit.' : 'To commit:',
    ...changeLines(changes),
    ...waiting.map(({ words }) => `Waiting: ${words}`),
    ...(waiting.length > 0 ? [getThem] : []),
    ...(arrival ? arrivalLines(arrival) : []),
  ];
}

const none = { minimum: 0, maximum: 0 };

export const projectGitCommands: Command[] = [
  {
    words: 'project git link',
    usage: '[FOLDER|URL] [--branch NAME] [--ask-password | --password-env VAR]',
    summary:
      'Puts the project into Git, and says where its commits come from and go to: a folder, or an https address.',
    example: 'galley project git link https://ada@git.example.org/team/ridership.git --ask-password',
    flags: { branch: text, 'password-env': text, 'ask-password': { type: 'boolean' } },
    positionals: { minimum: 0, maximum: 1 },
    call: 'project.gitLink',
    input: ([address], flags) =>
      given({
        address: address === undefined ? undefined : addressOf(address),
        branch: flags.branch,
        secretVariable: flags['password-env'],
      }),
    secret: { prompt: 'Password or token: ', wanted: (flags) => flags['ask-password'] === true },
    print: statusLines,
  },
  {
    words: 'project git status',
    usage: '',
    summary: 'What differs from the last commit, what waits for its data, and what a pull brought.',
    example: 'galley project git status',
    flags: {},
    positionals: none,
    call: 'project.gitStatus',
    input: () => ({}),
    print: statusLines,
  },
  {
    words: 'project git commit',
    usage: '-m WORDS',
    summary:
      'Writes recipes, pipelines, expectations, cards and pointers to data as files, and commits them; never data.',
    example: 'galley project git commit -m "Leave out rides without a station"',
    flags: { message: { type: 'string', short: 'm' } },
    positionals: none,
    call: 'project.gitCommit',
    input: (_, { message }) => {
      if (typeof message !== 'string' || message.trim() === '') throw usageError('Say what changed: -m WORDS.');
      return { message };
    },
    print: ({ commit, changes }: OutputOf<typeof projectGitCalls.gitCommit>) =>
      commit ? [commitLine(commit), ...changeLines(changes)] : ['Nothing to commit.'],
  },
  {
    words: 'project git log',
    usage: '[FILE] [--limit N]',
    summary: 'Commits, newest first; those that changed one file, if it is named.',
    example: 'galley project git log recipes/clean.yaml',
    flags: { limit: text },
    positionals: { minimum: 0, maximum: 1 },
    call: 'project.gitLog',
    input: ([path], flags) => given({ path, limit: numberFlag(flags, 'limit') }),
    print: ({ commits }: OutputOf<typeof projectGitCalls.gitLog>) =>
      commits.length === 0
        ? ['No commit.']
        : table(
            ['commit', 'at', 'by', 'what'],
            commits.map(({ id, at, author, title }) => [
              id.slice(0, 10),
              at.slice(0, 16).replace('T', ' '),
              author,
              title,
            ]),
          ),
  },
  {
    words: 'project git show',
    usage: 'COMMIT',
    summary: 'What a commit changed in the project.',
    example: 'galley project git show 1a2b3c4d5e',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'project.gitShow',
    input: ([commit]) => ({ commit }),
    print: ({ commit, changes }: OutputOf<typeof projectGitCalls.gitShow>) => [
      commitLine(commit),
      ...(commit.text === '' ? [] : ['', ...commit.text.split('\n').map((line) => `    ${line}`), '']),
      ...changeLines(changes),
    ],
  },
  {
    words: 'project git pull',
    usage: '',
    summary: 'Fetches commits and lists what they would change; nothing changes before it is accepted.',
    example: 'galley project git pull',
    flags: {},
    positionals: none,
    call: 'project.gitPull',
    input: () => ({}),
    print: ({ arrival }: OutputOf<typeof projectGitCalls.gitPull>) => arrivalLines(arrival),
  },
  {
    words: 'project git accept',
    usage: '[COMMIT] [--ours FILE…] [--theirs FILE…]',
    summary: 'Takes over what a pull brought; of a file that was changed on both sides one is chosen.',
    example: 'galley project git accept 1a2b3c4d5e --theirs recipes/clean.yaml',
    flags: { ours: { type: 'string', multiple: true }, theirs: { type: 'string', multiple: true } },
    positionals: { minimum: 0, maximum: 1 },
    call: 'project.gitAccept',
    input: ([commit], flags) =>
      given({ commit, ours: entriesFlag(flags, 'ours'), theirs: entriesFlag(flags, 'theirs') }),
    print: ({ head, changes, waiting, untrusted }: OutputOf<typeof projectGitCalls.gitAccept>) => [
      `The project is at ${commitLine(head)}`,
      ...changeLines(changes),
      ...waiting.map(({ words }) => `Waiting: ${words}`),
      ...(waiting.length > 0 ? [getThem] : []),
      ...(untrusted ? ['Look at what it would run, then trust it: galley trust --look'] : []),
    ],
  },
  {
    words: 'project git push',
    usage: '',
    summary: 'Sends the commits that the other side lacks.',
    example: 'galley project git push',
    flags: {},
    positionals: none,
    call: 'project.gitPush',
    input: () => ({}),
    print: ({ address, branch, sent }: OutputOf<typeof projectGitCalls.gitPush>) => [
      sent ? `${address} has the commits of ${branch}.` : `Nothing to push: ${address} has the same commits.`,
    ],
  },
  {
    words: 'project git clone',
    usage: 'FOLDER|URL DIR [--branch NAME] [--password-env VAR]',
    summary: 'Makes a project of a repository. Nothing of it runs before it is trusted; its data is pulled afterwards.',
    example: 'galley project git clone https://git.example.org/team/ridership.git ./ridership',
    flags: { branch: text, 'password-env': text },
    positionals: { minimum: 2, maximum: 2 },
    call: 'project.gitClone',
    input: ([address = '', to = ''], flags) =>
      given({
        address: addressOf(address),
        to: resolve(to),
        branch: flags.branch,
        secretVariable: flags['password-env'],
      }),
    withoutProject: {
      wanted: () => true,
      run: async (input, { progress, signal }) => {
        const { cloneProject } = await import('../project/index.ts');
        const throwIfCanceled = () => {
          if (signal.aborted) throw new GalleyError('job.canceled', 'The cloning was stopped.');
        };
        return cloneProject(input as unknown as Parameters<typeof cloneProject>[0], { progress, throwIfCanceled });
      },
    },
    print: ({ project, head, waiting, remotes, left }: OutputOf<typeof projectGitCalls.gitClone>) => [
      `Project ${project.name} in ${project.path}, at ${commitLine(head)}`,
      ...left.map(({ path, problem }) => `Left out: ${path}, ${problem}`),
      ...remotes.map(({ name, address }) => `Remote ${name}: ${address}`),
      ...(waiting > 0 ? [`${waiting} files point at data and models that are not here.`, getThem] : []),
      'What it would run has to be trusted first: galley trust --look',
    ],
  },
];
