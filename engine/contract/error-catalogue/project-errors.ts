import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of projects: their folders, backups and Git. */
export const projectErrors = {
  'project.backup_exists': {
    kind: 'conflict',
    meaning: 'A backup was to be written where a file is already.',
    hint: 'Choose another name, or remove the file.',
  },
  'project.backup_running': {
    kind: 'conflict',
    meaning: 'The bin cannot be emptied while a backup is being written.',
    hint: 'Try again when the backup has ended.',
  },
  'project.backup_not_found': {
    kind: 'not_found',
    meaning: 'The file of a backup is not there.',
    hint: 'Check the path.',
  },
  'project.invalid_backup': {
    kind: 'invalid',
    meaning: 'A file is no backup of a project, or not a whole one; nothing was restored.',
    hint: 'Use another copy of the backup.',
  },
  'project.folder_not_empty': {
    kind: 'conflict',
    meaning: 'A project was to be restored into a folder that holds something.',
    hint: 'Name a folder that is not there yet, or an empty one.',
  },
  'project.git_not_linked': {
    kind: 'precondition',
    meaning: 'The project is not linked to Git.',
    hint: 'Link it with `galley project git link`.',
  },
  'project.git_no_address': {
    kind: 'precondition',
    meaning: 'The project is in Git, but nobody said where its commits come from and go to.',
    hint: 'Name the place with `galley project git link ADDRESS`.',
  },
  'project.git_unusable': {
    kind: 'precondition',
    meaning: 'The repository in the folder of the project is of a kind that Galley does not use.',
    hint: 'Check a branch out with Git, or keep the project in a folder of its own.',
  },
  'project.git_busy': {
    kind: 'conflict',
    meaning:
      'Another program works in a repository at the same moment, or was ended while it did and left its lock behind.',
    hint: 'Do it again; where a lock is named and no program works there, remove that file.',
  },
  'project.git_address': {
    kind: 'invalid',
    meaning: 'An address is none of a repository that Galley reaches.',
    hint: 'Give https://host/path.git, or the whole path of a folder. By SSH, push and pull with Git itself: the repository is a plain one.',
  },
  'project.git_not_found': {
    kind: 'not_found',
    meaning: 'There is no repository at an address, or no such branch in it.',
    hint: 'Check the address and the branch.',
  },
  'project.git_access': {
    kind: 'precondition',
    meaning: 'A host of Git wants a password or token, or refused the one it got.',
    hint: 'Link the address again with its user and --ask-password, or name a variable with --password-env.',
  },
  'project.git_behind': {
    kind: 'conflict',
    meaning: 'The other side has commits that are not here, so nothing was pushed.',
    hint: 'Pull, accept what comes, then push again.',
  },
  'project.git_push_refused': {
    kind: 'conflict',
    meaning: 'The other side did not take the commits.',
    hint: 'Ask whoever keeps that repository, or link another one.',
  },
  'project.git_refused': {
    kind: 'invalid',
    meaning:
      'A repository or a file of the project holds what Galley does not take: links, paths that lead elsewhere, too much.',
    hint: 'Take out what is named, then try again; the project is as it was before.',
  },
  'project.git_conflict': {
    kind: 'conflict',
    meaning: 'A file was changed here and on the other side.',
    hint: 'Choose for each file with --ours FILE or --theirs FILE.',
  },
  'project.git_nothing_pulled': {
    kind: 'precondition',
    meaning: 'There is no change from elsewhere that could be accepted.',
    hint: 'Pull first: `galley project git pull`.',
  },
  'project.git_nothing_committed': {
    kind: 'precondition',
    meaning: 'The project has no commit yet that could be pushed.',
    hint: 'Commit first: `galley project git commit -m WORDS`.',
  },
} as const satisfies Record<string, CatalogueEntry>;
