import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { Nullable, Time } from './values.ts';

/** Names a commit. */
const CommitId = Type.String({
  pattern: '^[0-9a-f]{4,40}$',
  description: 'the id of a commit in small hexadecimal digits, or its first four or more',
});

/** A commit of the project's repository. */
export const GitCommit = Type.Object({
  /** In hexadecimal. */
  id: Type.String(),
  /** The first line of its message. */
  title: Type.String(),
  /** The lines after it, as they are; cut off where they are long. */
  text: Type.String(),
  author: Type.String(),
  at: Time,
});
export type GitCommit = Static<typeof GitCommit>;

/** One file of the project that differs between two states of it. */
export const GitChange = Type.Object({
  /** Below the project's folder, parts divided by `/`. */
  path: Type.String(),
  kind: Type.Enum(['added', 'changed', 'removed']),
  /** What the file is about: `recipe clean`, `dataset ridership`. */
  subject: Type.String(),
  /** What became of it: `version 5: 6,888 rows`, `champion: 2 → 3`. */
  words: Type.String(),
});
export type GitChange = Static<typeof GitChange>;

/** A change that a pull brought. */
export const ArrivedChange = Type.Object({
  ...GitChange.properties,
  /** Changed here, too, and otherwise: one of the two is to be chosen. */
  conflict: Type.Boolean(),
  /** Why the file cannot be taken; null where it can. */
  problem: Nullable(Type.String()),
});
export type ArrivedChange = Static<typeof ArrivedChange>;

/** What a pull brought and nobody has accepted yet. */
export const Arrival = Type.Object({
  /** Id of the commit that the project would be at. */
  commit: Type.String(),
  /** Both sides have commits that the other lacks. */
  diverged: Type.Boolean(),
  /** Newest first. */
  commits: Type.Array(GitCommit),
  changes: Type.Array(ArrivedChange),
  /** The project has to be trusted anew once this is accepted: it brings what would run. */
  runs: Type.Boolean(),
});
export type Arrival = Static<typeof Arrival>;

/** A pointer to something that lies on a remote and not here. */
const Waiting = Type.Object({ path: Type.String(), words: Type.String() });

export const GitStatus = Type.Object({
  linked: Type.Boolean(),
  /** Where commits come from and go to; null where none was named. Without a password. */
  address: Nullable(Type.String()),
  branch: Nullable(Type.String()),
  /** The commit that the project stands on; null before the first. */
  head: Nullable(GitCommit),
  /** What the next commit would hold. */
  changes: Type.Array(GitChange),
  /** Datasets and models that are known by their pointers only. */
  waiting: Type.Array(Waiting),
  /** Commits that were not pushed. */
  unpushed: Type.Boolean(),
  arrival: Nullable(Arrival),
});
export type GitStatus = Static<typeof GitStatus>;

const Empty = Type.Object({});
const Path = Type.String({ minLength: 1, maxLength: 500 });
/** Where commits come from and go to, and how its user gets in. */
const Place = {
  /** `https://host/path.git`, or a folder of this machine. A user may stand in it; a password is taken out. */
  address: Type.String({ minLength: 1, maxLength: 2000 }),
  /** Environment variable of the engine that holds the password or token. */
  secretVariable: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' })),
  /** Password or token; it goes to the system's keychain. */
  secret: Type.Optional(Type.String({ minLength: 1 })),
};
const Branch = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$',
  maxLength: 200,
  description: 'the name of a branch',
});

export const projectGitCalls = {
  gitStatus: query(
    'project.gitStatus',
    'What differs from the last commit, and what a pull brought.',
    Empty,
    GitStatus,
  ),
  gitLink: command(
    'project.gitLink',
    'Makes the project a Git repository where it is none, and names where its commits come from and go to.',
    Type.Object({
      address: Type.Optional(Place.address),
      secretVariable: Place.secretVariable,
      secret: Place.secret,
      branch: Type.Optional(Branch),
    }),
    GitStatus,
  ),
  gitCommit: command(
    'project.gitCommit',
    'Writes what the project consists of, but for its data, as files, and commits them.',
    Type.Object({ message: Type.String({ minLength: 1, maxLength: 10_000, pattern: '\\S' }) }),
    Type.Object({
      /** Null where nothing differed. */
      commit: Nullable(GitCommit),
      changes: Type.Array(GitChange),
    }),
  ),
  gitLog: query(
    'project.gitLog',
    'Commits, newest first; those that changed one file, if it is named.',
    Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      path: Type.Optional(Path),
    }),
    Type.Object({ commits: Type.Array(GitCommit) }),
  ),
  gitShow: query(
    'project.gitShow',
    'What a commit changed in the project.',
    Type.Object({ commit: CommitId }),
    Type.Object({ commit: GitCommit, changes: Type.Array(GitChange) }),
  ),
  gitTexts: query(
    'project.gitTexts',
    'A file before and after: of what the next commit would hold, of what a pull brought, or of a commit.',
    Type.Object({
      path: Path,
      of: Type.String({ pattern: '^(here|arrival|[0-9a-f]{4,40})$', description: 'here, arrival or a commit' }),
    }),
    Type.Object({ before: Nullable(Type.String()), after: Nullable(Type.String()) }),
  ),
  gitPull: jobCommand(
    'project.gitPull',
    'Fetches commits and offers what they change; nothing of the project changes before it is accepted.',
    Empty,
    Type.Object({ arrival: Nullable(Arrival) }),
  ),
  gitAccept: command(
    'project.gitAccept',
    'Takes over what a pull brought. Of a file that was changed on both sides one is chosen.',
    Type.Object({
      /** The one that the pull named, or the beginning of its id; whatever it brought where left out. */
      commit: Type.Optional(CommitId),
      /** Files that stay as they are here. */
      ours: Type.Optional(Type.Array(Path)),
      /** Files that become as they are there. */
      theirs: Type.Optional(Type.Array(Path)),
    }),
    Type.Object({
      head: GitCommit,
      changes: Type.Array(GitChange),
      waiting: Type.Array(Waiting),
      /** What came has to be trusted before it runs. */
      untrusted: Type.Boolean(),
    }),
  ),
  gitPush: jobCommand(
    'project.gitPush',
    'Sends the commits that the other side lacks.',
    Empty,
    Type.Object({ address: Type.String(), branch: Type.String(), head: Type.String(), sent: Type.Boolean() }),
  ),
  gitClone: jobCommand(
    'project.gitClone',
    'Makes a project of a repository, in a folder that is not there yet or is empty. Nothing of it runs before it is trusted.',
    Type.Object({ ...Place, to: Type.String({ minLength: 1 }), branch: Type.Optional(Branch) }),
    Type.Object({
      project: Type.Object({ id: Type.String(), name: Type.String(), path: Type.String() }),
      head: GitCommit,
      /** Datasets and models that are known by their pointers only. */
      waiting: Type.Integer(),
      /** Files that were not taken. */
      left: Type.Array(Type.Object({ path: Type.String(), problem: Type.String() })),
      /** Where its data come from: `team: s3://bucket/prefix`. */
      remotes: Type.Array(Type.Object({ name: Type.String(), address: Type.String() })),
    }),
  ),
};
