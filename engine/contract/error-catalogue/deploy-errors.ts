import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of Deploy. */
export const deployErrors = {
  'deploy.not_found': {
    kind: 'not_found',
    meaning: 'There is no such deployment.',
    hint: 'See `galley deploy list` for the deployments of this project.',
  },
  'deploy.name_taken': {
    kind: 'conflict',
    meaning: 'A deployment of that name serves another model.',
    hint: 'Choose another name with --name.',
  },
  'deploy.breaking_version': {
    kind: 'conflict',
    meaning: 'A deployment that runs would get a version that may refuse its callers, or answers otherwise.',
    hint: 'Change the callers first, then say --accept-breaking with the same command, or `galley package alias MODEL@V ALIAS --accept-breaking`.',
  },
  'deploy.invalid_traffic': {
    kind: 'invalid',
    meaning: 'The canary or the shadow of a deployment would be the version that answers already.',
    hint: 'Name another version of the model, or take the canary or the shadow away with `none`.',
  },
  'deploy.no_canary': {
    kind: 'precondition',
    meaning: 'A deployment whose canary is to be promoted has none.',
    hint: 'Give it one first: `galley deploy traffic D --canary V:PERCENT`.',
  },
  'deploy.no_version_before': {
    kind: 'precondition',
    meaning: 'A deployment is to be rolled back and has answered with one version only.',
    hint: 'Start it with the version that you want: `galley deploy start MODEL@V --name D`.',
  },
  'deploy.not_running': {
    kind: 'precondition',
    meaning: 'The prediction server does not run.',
    hint: 'Start it with `galley deploy start`; `galley deploy status` says why it ended.',
  },
  'deploy.key_required': {
    kind: 'precondition',
    meaning: 'A deployment that the network reaches needs an API key.',
    hint: 'Make one with `galley deploy key create DEPLOYMENT NAME`, then open it.',
  },
  'deploy.key_name_taken': {
    kind: 'conflict',
    meaning: 'A deployment has a key of that name.',
    hint: 'Choose another name, or revoke that key first.',
  },
  'deploy.key_not_found': {
    kind: 'not_found',
    meaning: 'A deployment has no key of that name or id.',
    hint: 'See `galley deploy key list DEPLOYMENT`.',
  },
  'deploy.unknown_format': {
    kind: 'invalid',
    meaning: 'A file to score, or to write answers to, is of no known format.',
    hint: 'Name files that end in .csv or .parquet.',
  },
  'deploy.no_stream': {
    kind: 'not_found',
    meaning: 'The deployment has no stream of that name.',
    hint: '`galley deploy streams` shows those that it has.',
  },
  'deploy.no_watch': {
    kind: 'not_found',
    meaning: 'No watch has that name or folder.',
    hint: '`galley deploy watches` shows those that there are.',
  },
  'deploy.unreadable_folder': {
    kind: 'unavailable',
    meaning: 'A folder whose files are to be scored is not there or cannot be read.',
    hint: 'Check the path and the rights; a watch goes on by itself when the folder is back.',
  },
  'deploy.unreadable_file': {
    kind: 'invalid',
    meaning: 'A file to score cannot be read.',
    hint: 'Check that it is there, and a CSV file with a header line or a Parquet file.',
  },
  'deploy.missing_column': {
    kind: 'invalid',
    meaning: 'A file to score lacks columns that the model cannot do without.',
    hint: 'Add the columns that are named; `galley package show MODEL` lists all inputs.',
  },
  'deploy.invalid_rows': {
    kind: 'invalid',
    meaning: 'A row of a file to score does not fit the signature of the model.',
    hint: 'Correct the row; nothing was written.',
  },
  'deploy.nothing_to_import': {
    kind: 'invalid',
    meaning: 'No row of a log that was made elsewhere can be taken over.',
    hint: 'The message says why of each; `galley deploy import-log --help` says how to name columns and the version.',
  },
  'deploy.log_column': {
    kind: 'invalid',
    meaning: 'A log that was made elsewhere lacks a column, or one is named that is not there.',
    hint: 'Name the columns that hold what is wanted; `galley deploy import-log --help` says how.',
  },
  'deploy.mask_changed': {
    kind: 'conflict',
    meaning: 'What a log masks was changed while another log was imported into it.',
    hint: 'Import it again: nothing was added.',
  },
  'deploy.import_runs': {
    kind: 'conflict',
    meaning: 'A log is being imported into the deployment.',
    hint: 'Wait for that import, or cancel its job.',
  },
  'deploy.target_busy': {
    kind: 'conflict',
    meaning: 'Two jobs would write their answers to the same file.',
    hint: 'Wait for the other job, or name another file.',
  },
  'deploy.not_writable': {
    kind: 'precondition',
    meaning: 'The file for the answers cannot be written.',
    hint: 'Choose a file in a folder that exists and can be written.',
  },
} as const satisfies Record<string, CatalogueEntry>;
