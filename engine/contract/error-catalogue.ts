import type { ErrorKind } from './errors.ts';

interface CatalogueEntry {
  kind: ErrorKind;
  /** What happened, for the reference page. */
  meaning: string;
  /** What its user does next. */
  hint: string;
}

/**
 * Every error code of Galley. A code is `<area>.<what>`; a test compares this table, docs/errors.md and what the code
 * throws.
 */
export const errorCatalogue = {
  'call.invalid_input': {
    kind: 'invalid',
    meaning: 'The input of a call does not fit its schema.',
    hint: 'Correct the fields that are named.',
  },
  'call.unknown': {
    kind: 'not_found',
    meaning: 'There is no such call.',
    hint: 'See the API reference for the names of the calls.',
  },
  'call.canceled': {
    kind: 'canceled',
    meaning: 'Whoever made the call no longer waits for its answer.',
    hint: 'Make the call again.',
  },
  'cli.usage': { kind: 'invalid', meaning: 'A command was used wrongly.', hint: 'Run the command with --help.' },
  'server.token_missing': {
    kind: 'precondition',
    meaning: 'The request carries no valid token.',
    hint: 'Open the address that `galley start` prints.',
  },
  'server.origin_refused': {
    kind: 'precondition',
    meaning: 'The Host or Origin header is not this engine.',
    hint: 'Use the exact address that the engine printed.',
  },
  'server.ticket_invalid': {
    kind: 'precondition',
    meaning: 'The one-time ticket was used before or is too old.',
    hint: 'Run `galley start` again: it prints a new address.',
  },
  'store.not_a_project': {
    kind: 'not_found',
    meaning: 'The folder is not a Galley project.',
    hint: 'Make one with `galley init`, or name another folder with --project.',
  },
  'store.already_a_project': {
    kind: 'conflict',
    meaning: 'The folder is a project already.',
    hint: 'Open it, or choose another folder.',
  },
  'store.newer_format': {
    kind: 'precondition',
    meaning: 'The project was made by a newer Galley.',
    hint: 'Update Galley; nothing in the project was touched.',
  },
  'store.locked': {
    kind: 'conflict',
    meaning: 'Another engine has the project open.',
    hint: 'Close it there, or wait until it has finished.',
  },
  'store.disk_full': {
    kind: 'unavailable',
    meaning: 'There is no room left on the disk.',
    hint: 'Free some room and try again; the project is as it was before.',
  },
  'store.damaged_blob': {
    kind: 'internal',
    meaning: 'A stored file no longer has the content it was stored with.',
    hint: 'Restore the project from a backup; `galley verify` lists what is damaged.',
  },
  'store.missing_blob': {
    kind: 'internal',
    meaning: 'A stored file is gone.',
    hint: 'Restore the project from a backup; `galley verify` lists what is missing.',
  },
  'store.invalid_name': {
    kind: 'invalid',
    meaning: 'A name does not match [a-z][a-z0-9_-]*.',
    hint: 'Use small letters, digits, _ and -, beginning with a letter.',
  },
  'store.not_writable': {
    kind: 'precondition',
    meaning: 'The folder cannot be written.',
    hint: 'Change its permissions or choose another folder.',
  },
  'store.engine_silent': {
    kind: 'unavailable',
    meaning: 'An engine process did not start, or went away.',
    hint: 'Try again; the log of the engine says more.',
  },
  'store.damaged_database': {
    kind: 'internal',
    meaning: 'The database of the project is damaged.',
    hint: 'Restore the project from a backup.',
  },
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
  'data.file_not_found': {
    kind: 'not_found',
    meaning: 'A file is not there.',
    hint: 'Check its path.',
  },
  'data.nothing_matched': {
    kind: 'not_found',
    meaning: 'No file in a folder matches the pattern; hidden files and links out of the folder do not count.',
    hint: 'Check the folder and the pattern: `*` stays in one folder, `**/*.csv` looks in all folders below.',
  },
  'data.invalid_pattern': {
    kind: 'invalid',
    meaning: 'A pattern for files is too long or stands for too many patterns.',
    hint: 'Write it with `*`, `**`, `?`, `[a-z]` and a few `{a,b}`.',
  },
  'data.too_many_files': {
    kind: 'invalid',
    meaning: 'A folder or pattern stands for more files than Galley takes at once.',
    hint: 'Name a smaller folder or a narrower pattern, and append the rest.',
  },
  'data.empty_file': {
    kind: 'invalid',
    meaning: 'The file has no content.',
    hint: 'Choose another file, or fetch it again.',
  },
  'data.no_rows': {
    kind: 'invalid',
    meaning: 'The file has a header but no row.',
    hint: 'Choose a file with at least one row of data.',
  },
  'data.not_tabular': {
    kind: 'invalid',
    meaning: 'The file is not a table, for example a web page that was saved in its place.',
    hint: 'Open it in a text editor and fetch the right file.',
  },
  'data.binary_or_wrong_type': {
    kind: 'invalid',
    meaning: 'The file is of a kind that Galley does not read.',
    hint: 'Save it as CSV, Excel (.xlsx), JSON, Arrow or Parquet and add that.',
  },
  'data.binary_or_nul': {
    kind: 'invalid',
    meaning: 'A text file holds NUL bytes.',
    hint: 'Export it again as CSV in UTF-8.',
  },
  'data.invalid_encoding': {
    kind: 'invalid',
    meaning: 'A text file is not valid UTF-8.',
    hint: 'Save it as UTF-8, or say which encoding it has; the line that is named shows where it goes wrong.',
  },
  'data.invalid_remote': {
    kind: 'invalid',
    meaning: 'The address or a setting of a remote cannot be used.',
    hint: 'Give a whole path of a folder, s3://bucket/prefix, or ssh://user@host/path.',
  },
  'data.unknown_remote': {
    kind: 'not_found',
    meaning: 'The project has no remote of that name, or none at all.',
    hint: 'List them with `galley data remotes`; add one with `galley data remote add NAME ADDRESS`.',
  },
  'data.remote_exists': {
    kind: 'conflict',
    meaning: 'The project has a remote of that name already.',
    hint: 'Choose another name, or remove the remote first.',
  },
  'data.not_a_remote': {
    kind: 'conflict',
    meaning: 'The place holds other things than what Galley pushes.',
    hint: 'Name an empty folder or prefix for the remote.',
  },
  'data.newer_remote': {
    kind: 'precondition',
    meaning: 'The remote was written by a newer Galley.',
    hint: 'Update Galley; nothing was touched.',
  },
  'data.remote_unreachable': {
    kind: 'unavailable',
    meaning: 'The remote cannot be reached, or the connection broke.',
    hint: 'Check the address and the network, then do it again: what was moved is not moved twice.',
  },
  'data.remote_refused': {
    kind: 'precondition',
    meaning: 'The remote does not accept the key or the password.',
    hint: 'Give the right one with `galley data remote add`, or load the key into the SSH agent.',
  },
  'data.remote_unknown_host': {
    kind: 'precondition',
    meaning: 'An SSH host shows a key that is not known, or not the known one.',
    hint: 'Compare the fingerprint with the owner of the host; then connect once with ssh, or give it with --host-key.',
  },
  'data.remote_damaged': {
    kind: 'unavailable',
    meaning: 'Something on the remote is damaged or was not written by Galley.',
    hint: 'Push the version again from a project that has it, after removing the named object on the remote.',
  },
  'data.corrupt_parquet': {
    kind: 'invalid',
    meaning: 'A Parquet file is cut off or damaged.',
    hint: 'Fetch or write it again.',
  },
  'data.corrupt_file': {
    kind: 'invalid',
    meaning: 'An archive, workbook or Arrow file is cut off or damaged.',
    hint: 'Fetch or write it again.',
  },
  'data.password_protected': {
    kind: 'invalid',
    meaning: 'A workbook is protected with a password.',
    hint: 'Save a copy without a password and add that.',
  },
  'data.expands_too_much': {
    kind: 'invalid',
    meaning: 'A packed file unpacks to far more than a table does.',
    hint: 'Unpack it yourself and look at it before adding it.',
  },
  'data.part_too_large': {
    kind: 'invalid',
    meaning: 'A part of the file is larger than Galley reads in that format.',
    hint: 'Write it in the format that the message names, or as CSV or Parquet.',
  },
  'data.malformed_json': {
    kind: 'invalid',
    meaning: 'A file of JSON is not well formed.',
    hint: 'Correct the place that is named, or write the file again.',
  },
  'data.too_deep': {
    kind: 'invalid',
    meaning: 'Objects and lists of a JSON file lie too deep in each other.',
    hint: 'Write the rows without so much nesting.',
  },
  'data.duplicate_key': {
    kind: 'invalid',
    meaning: 'An object of a JSON file has two values for one column.',
    hint: 'Give one of them another name in the line that is named.',
  },
  'data.unknown_sheet': {
    kind: 'invalid',
    meaning: 'A workbook has no sheet of that name.',
    hint: 'Choose one of the sheets that are named.',
  },
  'data.unsupported_type': {
    kind: 'invalid',
    meaning: 'A Parquet or Arrow column has a type that Galley does not hold, such as lists or bytes.',
    hint: 'Leave the column out, or turn it into numbers or text before.',
  },
  'data.ragged_rows': {
    kind: 'invalid',
    meaning: 'Some rows have more or fewer cells than the header.',
    hint: 'Correct the lines that are named: often a delimiter inside a text needs quotes. Or leave uneven rows out.',
  },
  'data.unterminated_quote': {
    kind: 'invalid',
    meaning: 'A quoted cell is never closed.',
    hint: 'Close the quote in the line that is named, or double it where it belongs to the text.',
  },
  'data.malformed_quote': {
    kind: 'invalid',
    meaning: 'A quoted cell goes on after its closing quote.',
    hint: 'Double the quotes that belong to the text.',
  },
  'data.too_many_columns': {
    kind: 'invalid',
    meaning: 'The file has more columns than Galley takes.',
    hint: 'Leave some out; the message names the limit.',
  },
  'data.type_misfit': {
    kind: 'invalid',
    meaning: 'A column was to be read as a type that does not hold one of its cells.',
    hint: 'Choose a wider type for the column, or correct the line that is named.',
  },
  'data.invalid_options': {
    kind: 'invalid',
    meaning: 'The options of an import contradict each other or cannot be met.',
    hint: 'Leave the option out; Galley then finds it from the file.',
  },
  'data.no_changes': {
    kind: 'not_found',
    meaning: 'An import changed nothing of its files, so there are no changes to export.',
    hint: 'Nothing needs to be done: every cell stands as it was written.',
  },
  'data.unreadable': {
    kind: 'invalid',
    meaning: 'The file could not be read although its form looked right.',
    hint: 'See the reason in the message; write the file again in a plainer form.',
  },
  'data.schema_changed': {
    kind: 'conflict',
    meaning: 'Rows to append do not fit the columns and types of the version.',
    hint: 'Add the file as a new version instead of appending it, or correct the lines that are named.',
  },
  'data.unknown_dataset': {
    kind: 'not_found',
    meaning: 'There is no dataset of that name.',
    hint: 'See `galley data list` for the names.',
  },
  'data.unknown_version': {
    kind: 'not_found',
    meaning: 'The dataset has no such version.',
    hint: 'See `galley data show NAME` for its versions.',
  },
  'data.unknown_tag': {
    kind: 'not_found',
    meaning: 'No version of the dataset has that tag.',
    hint: 'See `galley data log NAME` for its tags.',
  },
  'data.invalid_tag': {
    kind: 'invalid',
    meaning: 'A tag has a form that a reference cannot hold, or means something already.',
    hint: 'Begin with a letter and use a-z, 0-9, _ and - only; `latest` is taken.',
  },
  'data.name_taken': {
    kind: 'conflict',
    meaning: 'Another dataset has that name.',
    hint: 'Choose another name, or rename or delete the other dataset.',
  },
  'data.in_use': {
    kind: 'conflict',
    meaning: 'What was to be deleted is used by runs, models, deployments or pipelines.',
    hint: 'Delete it all the same with --force: it can be restored until the bin is emptied.',
  },
  'data.last_version': {
    kind: 'conflict',
    meaning: 'The only version of a dataset was to be deleted.',
    hint: 'Delete the dataset instead.',
  },
  'data.not_in_bin': {
    kind: 'not_found',
    meaning: 'The bin holds no such dataset or version.',
    hint: 'See `galley data bin` for what it holds.',
  },
  'data.deleted_version': {
    kind: 'precondition',
    meaning: 'The dataset version is in the bin.',
    hint: 'Restore it: `galley data restore`.',
  },
  'data.purged_version': {
    kind: 'precondition',
    meaning: 'The dataset version was deleted and removed from the disk.',
    hint: 'Add the same rows again: a version with the same identity takes its place.',
  },
  'data.invalid_reference': {
    kind: 'invalid',
    meaning: 'A reference to a dataset is not of the form NAME, NAME@3, NAME@latest or NAME@sha256:….',
    hint: 'Correct the reference.',
  },
  'data.invalid_filter': {
    kind: 'invalid',
    meaning: 'A condition on rows does not fit the type of its column.',
    hint: 'Compare numbers with numbers, and dates with dates such as 2024-01-31.',
  },
  'data.unusable_target': {
    kind: 'invalid',
    meaning: 'A column cannot be a target: it is constant, a date, or has too many different texts.',
    hint: 'Choose another column.',
  },
  'data.unknown_column': {
    kind: 'invalid',
    meaning: 'The dataset has no such column.',
    hint: 'Use one of the columns that are named.',
  },
  'data.invalid_sql': {
    kind: 'invalid',
    meaning: 'A text is not one SQL expression over the columns, or uses what such an expression may not.',
    hint: 'Correct it at the place that is named; docs/data.md says what an expression may use.',
  },
  'data.invalid_recipe': {
    kind: 'invalid',
    meaning: 'A cleaning recipe is not of the form that docs/formats.md describes.',
    hint: 'Correct the line that is named.',
  },
  'data.unknown_recipe': {
    kind: 'not_found',
    meaning: 'There is no cleaning recipe of that name.',
    hint: 'See `galley data recipes` for the names.',
  },
  'data.recipe_cycle': {
    kind: 'invalid',
    meaning: 'Cleaning recipes feed each other in a circle, or one feeds itself.',
    hint: 'Let the result have another name than its sources, and theirs.',
  },
  'data.other_source': {
    kind: 'invalid',
    meaning: 'A cleaning recipe was given a version of another dataset than the one that it cleans.',
    hint: 'Give it a version of its own source, or change `from` in its file.',
  },
  'data.invalid_step': {
    kind: 'invalid',
    meaning: 'A step of a cleaning recipe does not fit the columns it is for.',
    hint: 'Correct the step that is named.',
  },
  'data.misfits': {
    kind: 'invalid',
    meaning: 'Values do not fit what a step of a cleaning recipe asks for.',
    hint: 'Correct them in a step before, or let the step say what becomes of them.',
  },
  'data.nothing_left': {
    kind: 'precondition',
    meaning: 'A cleaning recipe leaves no row or no column.',
    hint: 'Look at the preview of its steps; the version before stays.',
  },
  'data.slow_preview': {
    kind: 'unavailable',
    meaning: 'The preview of a cleaning recipe took too long and was stopped.',
    hint: 'Run the recipe: a run takes the time it needs and can be canceled.',
  },
  'data.untrusted_sql': {
    kind: 'precondition',
    meaning: 'The project came from elsewhere and holds SQL that its user has not trusted yet.',
    hint: 'Look at what it would run, then say `galley trust`, or press Trust in the window.',
  },
  'data.not_a_time': {
    kind: 'invalid',
    meaning: 'The column that was named as the time column holds no dates or timestamps.',
    hint: 'Name a column of type date or timestamp, in ISO 8601 in CSV files.',
  },
  'data.key_needed': {
    kind: 'invalid',
    meaning: 'Rows are to be merged by key, and the dataset has no key columns.',
    hint: 'Name the columns that tell rows apart with --key.',
  },
  'data.missing_key': {
    kind: 'invalid',
    meaning: 'A row that is to be merged by key has no key.',
    hint: 'Fill in its key, or append the rows that have none.',
  },
  'data.key_not_unique': {
    kind: 'conflict',
    meaning: 'Rows are to be merged by key, and one key stands in several rows.',
    hint: 'Remove the duplicates, or name more key columns.',
  },
  'data.value_does_not_fit': {
    kind: 'invalid',
    meaning: 'A value is not of the type of its column, which takes it exactly or not at all.',
    hint: 'Correct the value; a missing one is null, `COLUMN=` on the command line.',
  },
  'data.no_such_row': {
    kind: 'not_found',
    meaning: 'The version has fewer rows.',
    hint: 'Rows have the numbers that the table shows.',
  },
  'data.row_edited_twice': {
    kind: 'invalid',
    meaning: 'One edit changes a row twice, or changes and removes it.',
    hint: 'Name all new values of a row together.',
  },
  'data.damaged_version': {
    kind: 'internal',
    meaning: 'A version that was read back has other rows than it was stored with.',
    hint: 'Restore the project from a backup; `galley verify` lists what is damaged.',
  },
  'data.changed_meanwhile': {
    kind: 'conflict',
    meaning: 'The dataset got another version while rows were being appended to it.',
    hint: 'Append them again.',
  },
  'data.not_compared': {
    kind: 'precondition',
    meaning: 'Rows of a comparison were asked for that has not been made.',
    hint: 'Compare the two versions first.',
  },
  'data.invalid_expectations': {
    kind: 'invalid',
    meaning: 'The file of expectations cannot be read.',
    hint: 'Correct the line that is named; docs/formats.md lists every kind of expectation.',
  },
  'data.expectation_failed': {
    kind: 'precondition',
    meaning: 'The rows do not meet expectations that block, so no version was made of them.',
    hint: 'Look at the rows that are named, or add them all the same with --accept-failures.',
  },
  'data.unknown_expectation': {
    kind: 'not_found',
    meaning: 'The version was not checked against that expectation.',
    hint: 'Run `galley data check` first, or name one of the expectations that are listed.',
  },
  'data.unknown_sample': {
    kind: 'not_found',
    meaning: 'There is no sample data of that name.',
    hint: 'Use one of the names that are listed.',
  },
  'data.unknown_connection': {
    kind: 'not_found',
    meaning: 'There is no connection of that name.',
    hint: 'See `galley data connections` for the names, or make one with `galley data connect`.',
  },
  'data.connection_incomplete': {
    kind: 'invalid',
    meaning: 'A connection lacks a field, or one does not fit its kind.',
    hint: 'Fill in the field that is named.',
  },
  'data.connection_in_use': {
    kind: 'conflict',
    meaning: 'Datasets come from the connection.',
    hint: 'Add these datasets from elsewhere first, or change the connection instead of removing it.',
  },
  'data.source_not_trusted': {
    kind: 'precondition',
    meaning: 'A connection or source came with the project and was never agreed to on this machine.',
    hint: 'Look at where its connections lead, then trust the project.',
  },
  'data.identity_needed': {
    kind: 'precondition',
    meaning: 'A remote is opened by a role, and nothing on this machine shows who asks for it.',
    hint: 'Let a CI job or a pod have an identity token: GALLEY_REMOTE_TOKEN, or a file that AWS_WEB_IDENTITY_TOKEN_FILE names.',
  },
  'data.secret_needed': {
    kind: 'precondition',
    meaning: 'The password or key of a connection or a remote is not known on this machine.',
    hint: 'Enter it, or put it into the environment variable that is named.',
  },
  'data.unknown_table': {
    kind: 'not_found',
    meaning: 'The database has no such table.',
    hint: 'Look at what the connection holds, and give the schema where it is not the first one.',
  },
  'data.source_timeout': {
    kind: 'unavailable',
    meaning: 'A server took longer than the connection allows.',
    hint: 'Try again, ask for less, or allow the connection more time.',
  },
  'data.query_failed': {
    kind: 'invalid',
    meaning: 'The database refused the query.',
    hint: 'Correct the query; the message is that of the database.',
  },
  'data.address_refused': {
    kind: 'invalid',
    meaning: 'The address is none that Galley fetches from.',
    hint: 'Use an address that begins with http:// or https://; add files of this machine as files.',
  },
  'data.no_source': {
    kind: 'precondition',
    meaning: 'The dataset has no source that could be read again.',
    hint: 'Add it from a file, an address or a connection; pasted text has no source.',
  },
  'data.host_unreachable': {
    kind: 'unavailable',
    meaning: 'A server cannot be reached.',
    hint: 'Check host and port, whether the server runs, and whether a VPN or firewall stands between.',
  },
  'data.access_refused': {
    kind: 'precondition',
    meaning: 'A server refused the user, the password or the keys.',
    hint: 'Check user and password, or ask whoever runs the server for leave to read.',
  },
  'data.unknown_database': {
    kind: 'not_found',
    meaning: 'The server has no such database or bucket.',
    hint: 'Check its name; capital letters may count.',
  },
  'data.object_not_found': {
    kind: 'not_found',
    meaning: 'The store has no such object, or none that fits the pattern.',
    hint: 'Look at what the connection holds; keys are exact, capital letters count.',
  },
  'data.tls_failed': {
    kind: 'precondition',
    meaning: 'A safe connection to the server could not be made.',
    hint: 'Name the certificate of its authority in the connection, or choose another TLS setting if you trust the network.',
  },
  'data.not_served': {
    kind: 'unavailable',
    meaning: 'A server answered, but not with the data.',
    hint: 'Open the address in a browser to see what it says.',
  },
  'data.too_large': {
    kind: 'invalid',
    meaning: 'What was to be fetched is larger than the limit.',
    hint: 'Fetch it by other means and add it as a file, or split it.',
  },
  'data.download_broken': {
    kind: 'unavailable',
    meaning: 'A download broke off again and again.',
    hint: 'Try again when the network is steadier; nothing was added.',
  },
  'data.invalid_export_path': {
    kind: 'invalid',
    meaning: 'An export must end in .csv, .tsv, .parquet, .ndjson or .json, and its folder must be there.',
    hint: 'Give another path.',
  },
  'job.not_found': {
    kind: 'not_found',
    meaning: 'There is no such job.',
    hint: 'See `galley jobs` for the jobs of this project.',
  },
  'job.canceled': {
    kind: 'canceled',
    meaning: 'The job was stopped by its user.',
    hint: 'Start it again when you like.',
  },
  'job.out_of_memory': {
    kind: 'unavailable',
    meaning: 'The work needs more memory than it may take.',
    hint: 'Use fewer rows or columns, or close other programs, then start it again; the project is as it was before.',
  },
  'job.process_died': {
    kind: 'internal',
    meaning: 'The process of a job ended without an answer.',
    hint: 'Often memory: close other programs or use fewer rows, then start it again.',
  },
  'job.interrupted': {
    kind: 'unavailable',
    meaning: 'The engine ended while the job ran.',
    hint: 'Start it again; nothing of it was kept.',
  },
  'serving.invalid_config': {
    kind: 'invalid',
    meaning: 'The config of a prediction server does not fit its schema.',
    hint: 'Correct the fields that are named; docs/prediction-server.md shows a config.',
  },
  'serving.unknown_version': {
    kind: 'not_found',
    meaning: 'The prediction server does not know that model version.',
    hint: 'Send its files along in `versions`.',
  },
  'serving.unknown_model': {
    kind: 'not_found',
    meaning: 'The prediction server has no model of that name.',
    hint: 'Use the name that `/` answers.',
  },
  'serving.version_not_loaded': {
    kind: 'not_found',
    meaning: 'The prediction server has not loaded that version or label of its model.',
    hint: 'Leave the version out, or deploy it.',
  },
  'serving.model_unreadable': {
    kind: 'precondition',
    meaning: 'The files of a model version cannot be read.',
    hint: 'Package the version again, or restore the project from a backup.',
  },
  'serving.model_tampered': {
    kind: 'precondition',
    meaning: 'A file of a model version is not the one that was packaged.',
    hint: 'Export or package the version again, or restore the project from a backup; find out who changed the file.',
  },
  'serving.model_mismatch': {
    kind: 'precondition',
    meaning: 'An ONNX file does not take or give what its signature says.',
    hint: 'Package the version again.',
  },
  'serving.model_failed': {
    kind: 'internal',
    meaning: 'The model ended with an error while it answered.',
    hint: 'Please report it with the row; other versions can be activated meanwhile.',
  },
  'serving.no_free_port': {
    kind: 'unavailable',
    meaning: 'No port could be opened.',
    hint: 'Choose another host or port.',
  },
  'serving.token_required': {
    kind: 'precondition',
    meaning: 'A prediction server on the network needs a key.',
    hint: 'Set `keys` or `token` in its config, or listen on 127.0.0.1.',
  },
  'serving.stream_loop': {
    kind: 'invalid',
    meaning: 'The answers of a stream go to a topic whose messages are answered.',
    hint: 'Publish the answers to a topic that no stream of the deployment subscribes to.',
  },
  'serving.token_missing': {
    kind: 'precondition',
    meaning: 'The request carries no valid API key.',
    hint: 'Send the header `authorization: Bearer <key>`.',
  },
  'serving.too_many_requests': {
    kind: 'unavailable',
    meaning: 'A caller sends more requests a minute than it may.',
    hint: 'Wait as long as `retry-after` says, and send several rows a request.',
  },
  'serving.request_timeout': {
    kind: 'invalid',
    meaning: 'A request did not come in whole in time.',
    hint: 'Send it again over a quicker connection, or with fewer rows.',
  },
  'serving.origin_refused': {
    kind: 'precondition',
    meaning: 'The Host or Origin header is not this server.',
    hint: 'Use the address that the server printed; pages of other sites may call it where their origin is in the list.',
  },
  'serving.unknown_path': {
    kind: 'not_found',
    meaning: 'The prediction server has no such path.',
    hint: 'See /openapi.json for the paths.',
  },
  'serving.method_not_allowed': {
    kind: 'invalid',
    meaning: 'The path does not take that method.',
    hint: 'See /openapi.json for the methods.',
  },
  'serving.content_type': {
    kind: 'invalid',
    meaning: 'The body is sent in a form that the path does not take.',
    hint: 'Send the header `content-type: application/json`, in UTF-8 and not compressed.',
  },
  'serving.body_too_large': {
    kind: 'invalid',
    meaning: 'The body of a request is larger than the server takes.',
    hint: 'Send fewer rows a request, or score a file with `galley deploy predict`.',
  },
  'serving.invalid_http': {
    kind: 'invalid',
    meaning: 'The request is not HTTP.',
    hint: 'Use an HTTP client.',
  },
  'serving.invalid_json': {
    kind: 'invalid',
    meaning: 'The body of a request is not JSON.',
    hint: 'Send one JSON object in UTF-8.',
  },
  'serving.invalid_request': {
    kind: 'invalid',
    meaning: 'The body of a request is not of the form that its path takes.',
    hint: 'See /docs or /openapi.json for the forms.',
  },
  'serving.invalid_rows': {
    kind: 'invalid',
    meaning: 'Rows of a request do not fit the signature of the model.',
    hint: 'Correct the faults that are listed; nothing of the request was answered.',
  },
  'serving.not_ready': {
    kind: 'unavailable',
    meaning: 'The model is not loaded yet.',
    hint: 'Wait until /readyz answers 200.',
  },
  'serving.stopping': {
    kind: 'unavailable',
    meaning: 'The prediction server is ending.',
    hint: 'Send the request to its successor.',
  },
  'serving.overloaded': {
    kind: 'unavailable',
    meaning: 'More rows wait for the model than the server keeps.',
    hint: 'Send the request again a little later.',
  },
  'serving.no_log': {
    kind: 'precondition',
    meaning: 'A prediction server without a log was sent labels.',
    hint: 'Set `logFolder` or `logSink` in its config.',
  },
  'serving.no_profile': {
    kind: 'precondition',
    meaning:
      'A prediction server was asked for the profile of its rows, but is told not to sum them up or not to answer the sums, or its version has no file that says what they are counted against, as versions of before have not.',
    hint: 'Switch it on with `galley deploy configure D --profile yes --profile-answered yes`, or import the log of the server instead: `galley deploy import-log`.',
  },
  'serving.log_format': {
    kind: 'invalid',
    meaning: 'A file is not a segment of the prediction log.',
    hint: 'Name a file of the log folder.',
  },
  'serving.process_ended': {
    kind: 'unavailable',
    meaning: 'The process of a prediction server ended.',
    hint: 'It is started again; see its log.',
  },
  'train.unknown_column': {
    kind: 'invalid',
    meaning: 'The dataset has no column of that name.',
    hint: 'See `galley data show NAME` for its columns.',
  },
  'train.target_empty': {
    kind: 'invalid',
    meaning: 'No row has a value in the target column.',
    hint: 'Choose another target.',
  },
  'train.not_resumable': {
    kind: 'conflict',
    meaning: 'The job left no checkpoint that can be gone on from.',
    hint: 'See `galley train resumable` for the trainings that can be gone on with, or train again.',
  },
  'train.sweep_not_found': {
    kind: 'not_found',
    meaning: 'There is no search with that id or number.',
    hint: 'Look at galley train sweep list for the searches there are.',
  },
  'train.sweep_not_resumable': {
    kind: 'conflict',
    meaning: 'The search is in a state in which that cannot be done, or another version of Galley began it.',
    hint: 'Only a running search can be paused or ended early; only one that was paused, canceled or interrupted goes on.',
  },
  'train.target_constant': {
    kind: 'invalid',
    meaning: 'The target column has one value only, so there is nothing to learn.',
    hint: 'Choose another target, or add rows with other values.',
  },
  'train.one_class': {
    kind: 'invalid',
    meaning: 'The training part holds one class of the target only.',
    hint: 'Choose another split, or add rows of the other classes.',
  },
  'train.target_unusable': {
    kind: 'invalid',
    meaning: 'The target column cannot be predicted: a date, or a text with too many different values.',
    hint: 'Choose a number, a boolean, or a text with few different values.',
  },
  'train.nothing_finished': {
    kind: 'precondition',
    meaning: 'A search ended before it had anything to choose from.',
    hint: 'Give it more time or more trials, or try learners that fit more quickly.',
  },
  'train.no_features': {
    kind: 'invalid',
    meaning: 'No column is left to learn from.',
    hint: 'Add columns, or name them with --features.',
  },
  'train.reserved_column': {
    kind: 'invalid',
    meaning: 'A feature has the name of one of the outputs of a model.',
    hint: 'Rename the column, or leave it out with --exclude.',
  },
  'train.too_few_rows': {
    kind: 'invalid',
    meaning: 'Too few rows with a target are left to train on or to judge by.',
    hint: 'Add rows, or choose a wider window or another split.',
  },
  'train.invalid_space': {
    kind: 'invalid',
    meaning: 'A range of parameters cannot be searched.',
    hint: 'Name a parameter of the learner, and a range whose beginning is before its end.',
  },
  'train.invalid_split': {
    kind: 'invalid',
    meaning: 'The rows cannot be split that way.',
    hint: 'Choose another split or another column for it.',
  },
  'train.invalid_weights': {
    kind: 'invalid',
    meaning: 'The rows cannot be weighed that way.',
    hint: 'Take a column of finite numbers from 0 on, and classes that the target has.',
  },
  'train.invalid_folds': {
    kind: 'invalid',
    meaning: 'The training part cannot be divided into such folds.',
    hint: 'Take fewer folds, or folds of another kind.',
  },
  'train.invalid_column': {
    kind: 'invalid',
    meaning: 'The role or a setting does not fit the column.',
    hint: 'Take a role that the type of the column may have, and settings of that role.',
  },
  'train.invalid_interaction': {
    kind: 'invalid',
    meaning: 'Two columns cannot be made into one feature.',
    hint: 'Take two numbers or two categories that are features themselves.',
  },
  'train.too_wide': {
    kind: 'invalid',
    meaning: 'The features would take more memory than can be asked for.',
    hint: 'Take fewer terms of the text columns, fewer rows, or leave the columns out.',
  },
  'train.invalid_transform': {
    kind: 'invalid',
    meaning: 'The target cannot be transformed that way.',
    hint: 'Take log for numbers above 0, log1p for numbers above -1, or no transform.',
  },
  'train.suspected_leak': {
    kind: 'precondition',
    meaning: 'A column seems to give the target away: a model would look better than it is.',
    hint: 'Leave it out with --exclude, or use it all the same with --allow-leak where it is known when predictions are made.',
  },
  'train.invalid_window': {
    kind: 'invalid',
    meaning: 'The window of rows cannot be taken.',
    hint: 'A window needs a date or time column, and a beginning before its end.',
  },
  'train.unknown_learner': {
    kind: 'invalid',
    meaning: 'There is no such learner.',
    hint: 'See `galley train learners` for all of them.',
  },
  'train.invalid_members': {
    kind: 'invalid',
    meaning: 'What was given is no blend.',
    hint: 'Give each member a learner and a weight above 0; the weights sum to 1.',
  },
  'train.invalid_parameter': {
    kind: 'invalid',
    meaning: 'A parameter is not one of the learner, or its value does not fit.',
    hint: 'Correct the parameters that are named.',
  },
  'train.diverged': {
    kind: 'invalid',
    meaning: 'Training went astray: the loss was no longer a finite number.',
    hint: 'Lower learning_rate, set gradient_clip (to 1, say), or look for extreme values in the target.',
  },
  'train.invalid_tests': {
    kind: 'invalid',
    meaning: 'The file of model tests is not as docs/formats.md describes it.',
    hint: 'Correct the line that is named.',
  },
  'train.no_tests': {
    kind: 'not_found',
    meaning: 'The project has no tests for the target of the run.',
    hint: 'Write the file that is named; docs/formats.md describes it.',
  },
  'train.unknown_row': {
    kind: 'not_found',
    meaning: 'The dataset version of the run has no such row.',
    hint: 'Positions are counted from 0, the rows of the command line from 1; `galley data show NAME` says how many there are.',
  },
  'train.unknown_class': {
    kind: 'invalid',
    meaning: 'The target has no such class.',
    hint: 'Use one of the classes that are named.',
  },
  'train.not_binary': {
    kind: 'invalid',
    meaning: 'Only a run that tells two classes apart has a threshold.',
    hint: 'Choose a run of a target with two classes.',
  },
  'train.not_regression': {
    kind: 'invalid',
    meaning: 'Only a run that predicts numbers has prediction intervals.',
    hint: 'Leave intervals out, or choose a run of a target of numbers.',
  },
  'train.not_comparable': {
    kind: 'precondition',
    meaning: 'The two runs have no held-out rows in common that could tell which is better.',
    hint: 'Compare runs of the same dataset version, target and split.',
  },
  'train.unknown_metric': {
    kind: 'invalid',
    meaning: 'There is no such metric for this kind of target.',
    hint: 'Use one of the metrics that are named.',
  },
  'train.run_not_found': {
    kind: 'not_found',
    meaning: 'There is no such run.',
    hint: 'See `galley train list` for the runs of this project.',
  },
  'train.run_not_archived': {
    kind: 'conflict',
    meaning: 'Only a run that was archived can be deleted.',
    hint: 'Archive it first with `galley train archive`.',
  },
  'train.run_in_use': {
    kind: 'conflict',
    meaning: 'A run that was to be deleted is used by models, deployments or jobs.',
    hint: 'Leave it in the archive: what was made of it needs it.',
  },
  'train.invalid_filter': {
    kind: 'invalid',
    meaning: 'The filter of runs cannot be read; the message says at which character and what was expected there.',
    hint: "Write it like metrics.rmse < 1 AND params.alpha = '1'; docs/train.md has the whole grammar.",
  },
  'train.invalid_order': {
    kind: 'invalid',
    meaning: 'The order of runs cannot be read.',
    hint: 'Write it like "metrics.rmse DESC".',
  },
  'train.view_not_found': {
    kind: 'not_found',
    meaning: 'There is no saved view of that name.',
    hint: 'See `galley train views` for the views of this project.',
  },
  'train.no_runs_selected': {
    kind: 'invalid',
    meaning: 'No run was chosen, or none fits the filter.',
    hint: 'Name at least one run, or choose another filter.',
  },
  'train.invalid_export_path': {
    kind: 'invalid',
    meaning: 'The runs cannot be written to that file.',
    hint: 'Name a file in a folder that exists, ending in .csv or .html.',
  },
  'train.code_not_linked': {
    kind: 'invalid',
    meaning: 'The folder of code cannot be linked: it is not there, or it is no git repository with a commit.',
    hint: 'Name a folder inside a git repository.',
  },
  'train.git_missing': {
    kind: 'unavailable',
    meaning: 'Linking code needs the git program, which is not installed.',
    hint: 'Install git; runs go on without it.',
  },
  'package.parity_failed': {
    kind: 'internal',
    meaning: 'The ONNX file does not give the answers of the trained model, so it was not registered.',
    hint: 'Please report it with the recipe of the run.',
  },
  'train.adopted_run': {
    kind: 'precondition',
    meaning: 'A model that another program trained cannot be trained here again.',
    hint: 'Train it where it was made, and import what comes out as the next version of the model.',
  },
  'train.adopted_failed': {
    kind: 'precondition',
    meaning: 'A model that another program trained could not be run by ONNX Runtime.',
    hint: 'Run the file with ONNX Runtime where it was made, export it again, and import it again.',
  },
  'train.adopted_no_probability': {
    kind: 'precondition',
    meaning: 'A model from elsewhere answers a row that it is judged by with something that is no probability.',
    hint: 'Where its numbers are scores, say so with --form; else judge it by rows that it can answer.',
  },
  'package.mapping_wrong': {
    kind: 'invalid',
    meaning: 'The inputs or outputs of a model file cannot be what they were said to be.',
    hint: 'Look at what the file has with `galley package inspect FILE`, and say it otherwise with --input, --output, --form or --classes.',
  },
  'package.mapping_incomplete': {
    kind: 'invalid',
    meaning: 'It could not be guessed how a model file belongs to the columns of the dataset.',
    hint: 'Look at what the file has with `galley package inspect FILE`, and say it with --input, --output, --form or --classes.',
  },
  'package.answers_differ': {
    kind: 'precondition',
    meaning:
      'A model from elsewhere answers given rows otherwise here than where it was made, so it was not registered.',
    hint: 'Look whether the columns go into the right inputs in the right order, and whether the notebook prepares its rows before the model; --tolerance takes up to 0.001.',
  },
  'package.answers_unusable': {
    kind: 'invalid',
    meaning: 'The answers that were given with a model from elsewhere cannot be compared with its own.',
    hint: 'Give a row a line with all columns of the model, and `prediction`, `label` or a column a class.',
  },
  'package.file_failed': {
    kind: 'invalid',
    meaning: 'A model file from elsewhere could not be run, or took too long or too much memory for two rows.',
    hint: 'Run it with ONNX Runtime where it was made, and export it again.',
  },
  'package.model_file_damaged': {
    kind: 'invalid',
    meaning: 'A model file of another library contradicts its own format.',
    hint: 'Save the model again with its library: as .json or .ubj with XGBoost, as .txt with LightGBM.',
  },
  'package.model_file_unsupported': {
    kind: 'invalid',
    meaning: 'A model file of another library has something that cannot be converted.',
    hint: 'Convert the model to ONNX in its own Python, and adopt that file.',
  },
  'package.invalid_reference': {
    kind: 'invalid',
    meaning: 'A reference to a model version cannot be read.',
    hint: 'Use MODEL, MODEL@3 or MODEL@alias.',
  },
  'package.model_not_found': {
    kind: 'not_found',
    meaning: 'There is no such model.',
    hint: 'See `galley package list` for the models of this project.',
  },
  'package.version_not_found': {
    kind: 'not_found',
    meaning: 'The model has no such version or alias.',
    hint: 'See `galley package list` for its versions and aliases.',
  },
  'package.damaged_part': {
    kind: 'invalid',
    meaning:
      'A model or run that came from elsewhere contradicts itself or what is here, or its file is not what its hash says.',
    hint: 'Have it made anew where it came from: push the model, hand the pipeline over, or run the step before again.',
  },
  'package.target_differs': {
    kind: 'conflict',
    meaning: 'The versions of a model must predict the same target.',
    hint: 'Give the run to another model.',
  },
  'package.reserved_alias': {
    kind: 'invalid',
    meaning: 'An alias has a name that always means something else.',
    hint: 'Choose another name for the alias.',
  },
  'package.no_threshold': {
    kind: 'invalid',
    meaning: 'Only the answer of two classes goes by a threshold.',
    hint: 'Leave the threshold out.',
  },
  'package.folder_not_empty': {
    kind: 'conflict',
    meaning: 'The folder of an export holds something already.',
    hint: 'Choose a folder that is empty or not there yet.',
  },
  'package.not_writable': {
    kind: 'invalid',
    meaning: 'The folder of an export cannot be written.',
    hint: 'Choose another folder with --to.',
  },
  'package.no_manifest': {
    kind: 'invalid',
    meaning: 'A folder has no manifest of a model version that can be read.',
    hint: 'Name the folder that has model.onnx and manifest.json in it.',
  },
  'package.invalid_key': {
    kind: 'invalid',
    meaning: 'A file holds no key that model versions can be signed or verified with.',
    hint: 'Give a PEM file of an ECDSA key, as `openssl ecparam -name prime256v1 -genkey -noout` writes it, without a password.',
  },
  'package.page_not_built': {
    kind: 'precondition',
    meaning: 'The page that a model is tried with is not there: this is a checkout in which nothing was built.',
    hint: 'Run `npm run build` in the checkout, then try again.',
  },
  'package.no_previous_version': {
    kind: 'precondition',
    meaning: 'The alias has not pointed at another version before.',
    hint: 'Name the version: `galley package alias MODEL@V ALIAS`.',
  },
  'package.file_not_found': {
    kind: 'not_found',
    meaning: 'There is no model file at that path.',
    hint: 'Name the path of a file on this machine.',
  },
  'package.file_too_large': {
    kind: 'invalid',
    meaning: 'A model file from elsewhere is larger than can be taken in.',
    hint: 'Make the model smaller: fewer or shallower trees, or fewer weights.',
  },
  'package.not_onnx': {
    kind: 'invalid',
    meaning: 'A model file from elsewhere is no ONNX file, or a broken one.',
    hint: 'Export the model again, and check the file with `onnx.checker.check_model` where it was made.',
  },
  'package.pickle_refused': {
    kind: 'invalid',
    meaning: 'A pickle runs whatever its maker wrote as soon as it is opened, so it never is.',
    hint: 'Open it where you trust it, in your notebook, and send the model from there with the cell of `adopt.py`, or export it as ONNX.',
  },
  'package.format_unsupported': {
    kind: 'invalid',
    meaning: 'A model file is of a format that only the library that made it can read.',
    hint: 'Load it in your notebook and send the model from there with the cell of `adopt.py`, or export it as ONNX.',
  },
  'package.external_data_refused': {
    kind: 'invalid',
    meaning: 'An ONNX file has its weights in another file that is not a plain file in its own folder.',
    hint: 'Save the model in one file, as with `onnx.save(model, path, save_as_external_data=False)`.',
  },
  'package.opset_too_new': {
    kind: 'invalid',
    meaning: 'An ONNX file is written in a newer version of ONNX than the runtime here takes.',
    hint: 'Export it again with a lower opset, as with `target_opset` or `opset_version`.',
  },
  'package.unknown_operators': {
    kind: 'invalid',
    meaning: 'An ONNX file needs operators that the runtime here does not have.',
    hint: 'Export the model without the custom operators that are named.',
  },
  'package.same_version': {
    kind: 'invalid',
    meaning: 'A version is to be compared with itself.',
    hint: 'Name two different versions.',
  },
  'package.not_comparable': {
    kind: 'precondition',
    meaning: 'One version answers with a number, the other with a class.',
    hint: 'Compare versions that predict the same kind of thing.',
  },
  'package.columns_missing': {
    kind: 'precondition',
    meaning: 'The rows that two versions are to be compared on lack columns that one of them takes.',
    hint: 'Compare on a dataset that has the columns of both: `galley package compare A B --on DATASET`.',
  },
  'package.no_common_rows': {
    kind: 'precondition',
    meaning: 'There are no rows left that two versions could be compared on.',
    hint: 'Name a dataset that has the columns of both: `galley package compare A B --on DATASET`.',
  },
  'package.alias_not_found': {
    kind: 'not_found',
    meaning: 'The model has no such alias.',
    hint: 'See `galley package list` for its aliases.',
  },
  'package.in_use': {
    kind: 'conflict',
    meaning: 'A model, a version or an alias is needed by what the message names.',
    hint: 'Move the alias, give the deployment another version, or stop what follows; a version that was only used before can be archived.',
  },
  'package.last_version': {
    kind: 'precondition',
    meaning: 'The only version of a model cannot be deleted alone.',
    hint: 'Delete the model instead: `galley package delete MODEL`.',
  },
  'package.in_bin': {
    kind: 'conflict',
    meaning: 'A version that comes from another project is in the bin of this one, or its model is.',
    hint: 'Take it out of the bin, or empty it: `galley package bin` lists what it holds.',
  },
  'package.not_in_bin': {
    kind: 'not_found',
    meaning: 'The bin holds no such model or version.',
    hint: 'See `galley package bin` for what it holds.',
  },
  'package.name_taken': {
    kind: 'conflict',
    meaning: 'A model cannot come out of the bin: another one has its name now.',
    hint: 'Delete the other model first, then restore this one.',
  },
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
  'monitor.unreadable_file': {
    kind: 'invalid',
    meaning: 'A file cannot be read.',
    hint: 'Name a CSV file with a header line, a Parquet file, or NDJSON (one JSON object a line).',
  },
  'monitor.unknown_value': {
    kind: 'invalid',
    meaning: 'No row has the favourable value in the column with what came true.',
    hint: 'Name a value of the column; its first ones stand in the details.',
  },
  'monitor.unknown_column': {
    kind: 'invalid',
    meaning: 'A file, a dataset or the inputs of a model have no column of that name.',
    hint: 'Use one of the columns that are named.',
  },
  'monitor.label_not_a_number': {
    kind: 'invalid',
    meaning: 'No label of a regression is a number.',
    hint: 'Name the column of the labels; none was added.',
  },
  'monitor.label_not_a_class': {
    kind: 'invalid',
    meaning: 'No label is a class of the model.',
    hint: 'Name the column of the labels, written as the classes are; none was added.',
  },
  'monitor.invalid_range': {
    kind: 'invalid',
    meaning: 'A range of time begins at or after its end, has too many windows, or ends before now where it must not.',
    hint: 'Choose --since before --until.',
  },
  'monitor.invalid_profile': {
    kind: 'invalid',
    meaning: 'A profile is damaged, or is none.',
    hint: 'Fetch it again with `GET /profile`.',
  },
  'monitor.profile_of_other_model': {
    kind: 'conflict',
    meaning: 'A profile was made of another model than the one of the deployment.',
    hint: 'Name a deployment of the model that the profile names.',
  },
  'monitor.unknown_profile_reference': {
    kind: 'conflict',
    meaning: 'A profile was counted against other bins than those of the version in this project.',
    hint: 'Export the version from this project again, so that the server counts against its reference.',
  },
  'monitor.invalid_profile_signature': {
    kind: 'invalid',
    meaning: 'The signature of a profile does not hold.',
    hint: 'Fetch the profile again; when it stays, someone has changed it.',
  },
  'monitor.elsewhere_not_found': {
    kind: 'not_found',
    meaning: 'There are no profiles of a server of that name.',
    hint: 'See `galley monitor elsewhere`.',
  },
  'monitor.nothing_to_compare': {
    kind: 'invalid',
    meaning: 'A report was asked for without saying of what.',
    hint: 'Name a deployment, or a reference and a current dataset or file with a column in common.',
  },
  'monitor.not_writable': {
    kind: 'invalid',
    meaning: 'The file of a report cannot be written.',
    hint: 'Choose another file.',
  },
  'monitor.alert_not_found': {
    kind: 'not_found',
    meaning: 'There is no such alert.',
    hint: 'See `galley monitor alerts` for the alerts of the project.',
  },
  'monitor.unknown_time_zone': {
    kind: 'invalid',
    meaning: 'Quiet hours are of a time zone that is not known.',
    hint: 'Name it as Europe/Berlin or UTC.',
  },
  'monitor.rule_not_found': {
    kind: 'not_found',
    meaning: 'There is no such rule of the deployment.',
    hint: 'See `galley monitor rules` for the rules of a deployment.',
  },
  'monitor.rule_incomplete': {
    kind: 'invalid',
    meaning: 'A new rule lacks its metric or its bound.',
    hint: 'Give both; `galley monitor rules` lists what a rule may watch.',
  },
  'monitor.unknown_metric': {
    kind: 'invalid',
    meaning: 'Rules of this deployment cannot watch that metric.',
    hint: 'See `galley monitor rules` for what a rule may watch.',
  },
  'monitor.built_in_rule': {
    kind: 'conflict',
    meaning: 'The rules that every deployment has cannot be removed, nor watch something else.',
    hint: 'Switch the rule off, or add one of your own.',
  },
  'monitor.channel_not_found': {
    kind: 'not_found',
    meaning: 'There is no such channel.',
    hint: 'See `galley monitor channels` for where alerts are told.',
  },
  'monitor.channel_incomplete': {
    kind: 'invalid',
    meaning: 'A channel lacks something that its kind needs, or has something that it must not have.',
    hint: 'Correct what is named.',
  },
  'monitor.not_told': {
    kind: 'unavailable',
    meaning: 'An alert could not be told on a channel.',
    hint: 'Correct what the message names, then test the channel again.',
  },
  'retrain.invalid_pipeline': {
    kind: 'invalid',
    meaning: 'The file of a pipeline is no pipeline; `details.faults` has every fault with line and column.',
    hint: 'Correct the lines that are named; `galley retrain schema` prints the form of the file.',
  },
  'retrain.pipeline_file_gone': {
    kind: 'not_found',
    meaning: 'The file of a pipeline is no longer in the project.',
    hint: 'Bring the file back, or remove the pipeline.',
  },
  'retrain.untrusted_pipeline': {
    kind: 'precondition',
    meaning: 'The project came from elsewhere, and nobody on this machine has trusted it, so its pipelines do not run.',
    hint: 'Read the file, then run `galley trust` where you believe it.',
  },
  'retrain.run_without_file': {
    kind: 'precondition',
    meaning: 'A run of before runs kept the file of their pipeline cannot be run again.',
    hint: 'Run the pipeline anew.',
  },
  'retrain.unknown_step': {
    kind: 'not_found',
    meaning: 'A run of a pipeline has no such step.',
    hint: 'Give the name of one of its steps.',
  },
  'retrain.step_not_run': {
    kind: 'precondition',
    meaning: 'A step of this kind, or with what it asks for, cannot be run by this engine.',
    hint: 'Take the step out of the file.',
  },
  'retrain.step_timed_out': {
    kind: 'unavailable',
    meaning: 'A step of a pipeline took longer than its `timeout`.',
    hint: 'Look into its log; give it more time, or `retry` where it may go faster the next time.',
  },
  'retrain.nothing_to_approve': {
    kind: 'conflict',
    meaning: 'The run does not wait for a person: it never did, or it was answered already.',
    hint: 'See the runs that wait with `galley retrain list`.',
  },
  'retrain.not_comparable': {
    kind: 'precondition',
    meaning: 'Champion and challenger cannot be judged by the same rows: these lack a column that the champion needs.',
    hint: 'Bring the column back, or make the new version champion by hand and go on from it.',
  },
  'retrain.champion_moved': {
    kind: 'conflict',
    meaning: 'A decision is about another champion than the one of now, so its evidence does not hold any more.',
    hint: 'Compare with the champion of now: `galley retrain rerun RUN --from STEP`, with the step that compares.',
  },
  'retrain.expectations_failed': {
    kind: 'precondition',
    meaning: 'Rows that a pipeline takes do not meet what is expected of their dataset; `details.failed` has the keys.',
    hint: 'Look at the rows that failed, on the version of the dataset; correct them, or what is expected.',
  },
  'retrain.damaged_part': {
    kind: 'invalid',
    meaning: 'What a step of a pipeline gave, or its state on a remote, is not there or not what it says.',
    hint: 'Run the step before again; where it is the state, hand the pipeline over anew.',
  },
  'retrain.state_moved': {
    kind: 'conflict',
    meaning: 'Another run has changed the state of the pipeline on the remote meanwhile.',
    hint: 'Run the pipeline again: it begins with the newer state.',
  },
  'retrain.isolated_run_failed': {
    kind: 'invalid',
    meaning: 'Of a pipeline whose tasks ran alone, each from a clean folder, some failed.',
    hint: 'What a task needs must be declared: look into its folder below `steps`, and at what it says.',
  },
  'retrain.no_state': {
    kind: 'not_found',
    meaning: 'The remote has no state of the pipeline.',
    hint: 'Say `galley retrain hand-over NAME` in the project that the pipeline comes from.',
  },
  'retrain.needs_approval': {
    kind: 'precondition',
    meaning: 'A step that asks a person runs alone, and nobody has said who approved.',
    hint: 'Let the system around it ask, and give the name with `--approved-by`.',
  },
  'retrain.nothing_serves': {
    kind: 'precondition',
    meaning: 'A step makes a version a canary or shadow, and there is no deployment for it.',
    hint: 'Start a deployment of the model, or name one in the step.',
  },
  'retrain.invalid_schedule': {
    kind: 'invalid',
    meaning: 'A schedule cannot be read, names no time zone, or never comes.',
    hint: 'Give the five fields of cron, such as `0 6 * * 1` for Mondays at six, and a time zone such as Europe/Berlin.',
  },
  'retrain.several_schedules': {
    kind: 'conflict',
    meaning: 'The file of a pipeline has several triggers on schedule, so it is not clear which one is to be changed.',
    hint: 'Change them in the file, then `galley retrain add FILE.yaml`.',
  },
  'retrain.untrusted_folder': {
    kind: 'precondition',
    meaning: 'A trigger names a folder outside the project, and nobody on this machine has added a file that does.',
    hint: 'Read the file, then add it with `galley retrain add FILE` where you believe it.',
  },
  'retrain.unreadable_files': {
    kind: 'precondition',
    meaning: 'The files that a trigger waits for are not there, or are too many to be looked at again and again.',
    hint: 'Make the folder, or name another part of it in the file of the pipeline.',
  },
  'retrain.no_webhook': {
    kind: 'precondition',
    meaning: 'The pipeline has no trigger on webhook.',
    hint: 'Add `- on: webhook` to the `triggers` in its file.',
  },
  'retrain.webhook_refused': {
    kind: 'precondition',
    meaning: 'A webhook was sent something that is not signed with its secret, or was signed too long ago.',
    hint: 'Sign the body with the secret that `galley retrain webhook NAME` shows; look at the clock of the sender.',
  },
  'retrain.webhook_too_often': {
    kind: 'unavailable',
    meaning: 'A webhook was sent more within a minute than it takes.',
    hint: 'Send it again in a minute.',
  },
  'retrain.invalid_backfill': {
    kind: 'invalid',
    meaning: 'What a backfill is to run over is empty, too long, or not there.',
    hint: 'Give versions from 1 to the newest, or a time with a beginning before its end, of at most 1,000 runs.',
  },
  'retrain.backfill_not_found': {
    kind: 'not_found',
    meaning: 'There is no such backfill.',
    hint: 'See `galley retrain backfills` for the backfills of this project.',
  },
  'retrain.backfill_running': {
    kind: 'conflict',
    meaning: 'The same backfill of the pipeline runs already.',
    hint: 'Wait until it has ended, or stop it.',
  },
  'retrain.pipeline_not_found': {
    kind: 'not_found',
    meaning: 'There is no such pipeline.',
    hint: 'See `galley retrain list` for the pipelines of this project.',
  },
  'retrain.run_not_found': {
    kind: 'not_found',
    meaning: 'There is no such run of a pipeline.',
    hint: 'See `galley retrain list` for the runs of this project.',
  },
  'retrain.already_running': {
    kind: 'conflict',
    meaning: 'The pipeline runs already; it runs once at a time.',
    hint: 'Wait until that run has ended, or stop it.',
  },
  'retrain.name_taken': {
    kind: 'conflict',
    meaning: 'Another model has a pipeline of that name.',
    hint: 'Choose another name.',
  },
  'retrain.untrusted_command': {
    kind: 'precondition',
    meaning: 'A pipeline runs a command that nobody on this machine has added, or that has changed since.',
    hint: 'Read the file, then add it with `galley retrain add FILE` where you believe it.',
  },
  'retrain.command_incomplete': {
    kind: 'precondition',
    meaning:
      'A command of a pipeline lacks its program, a file that it reads, a variable, or a file that it should have written.',
    hint: 'Bring what is named, or correct the step.',
  },
  'retrain.command_failed': {
    kind: 'precondition',
    meaning: 'A command of a pipeline ended with another status than 0; the message ends with what it said last.',
    hint: 'Look into the log of the step.',
  },
  'retrain.refused_place': {
    kind: 'invalid',
    meaning: 'A step would write over a file of Galley itself, or out of the folder of the project.',
    hint: 'Give it another path, such as reports/retrain.html.',
  },
  'retrain.nothing_to_replay': {
    kind: 'precondition',
    meaning: 'Dated rows are too few, or too many for the interval, to replay when a pipeline would have run.',
    hint: 'Give `every` and `window` other lengths.',
  },
  'retrain.no_time_column': {
    kind: 'precondition',
    meaning: 'The dataset has no time column, so its last days cannot be taken.',
    hint: 'Add the data with a time column, or train on all rows.',
  },
  'retrain.nothing_to_rehearse': {
    kind: 'precondition',
    meaning: 'The rows that could be replayed make fewer than two periods.',
    hint: 'Give an earlier begin, a shorter period, or a dataset with more rows after those that the model has seen.',
  },
  'retrain.not_rehearsable': {
    kind: 'precondition',
    meaning: 'The recipe of the model cannot be trained again on rows of a moment in the past.',
    hint: 'Train it with a holdout of its own rows.',
  },
  'retrain.rehearsal_not_found': {
    kind: 'not_found',
    meaning: 'There is no such rehearsal.',
    hint: 'See `galley retrain rehearsals` for those of this project.',
  },
  'retrain.policy_not_rehearsed': {
    kind: 'invalid',
    meaning: 'The rehearsal did not try that policy.',
    hint: 'Choose one of those that it tried, or rehearse again with this one.',
  },
  'retrain.not_redeployed': {
    kind: 'unavailable',
    meaning: 'The new champion was promoted, but the deployment does not answer with it.',
    hint: 'See the deployment; `galley package rollback MODEL champion` brings the version before back.',
  },
  'retrain.export_in_the_way': {
    kind: 'conflict',
    meaning:
      'Files that an export would write are there already, and it did not write them, or they were changed since.',
    hint: 'Choose another folder, move the files away, or write over them with --force.',
  },
  'retrain.export_not_writable': {
    kind: 'unavailable',
    meaning: 'A file of an export cannot be written; those before it were.',
    hint: 'Make room or allow writing, then export again.',
  },
  'retrain.engine_not_built': {
    kind: 'precondition',
    meaning: 'A checkout has no bundled engine, which the container of an exported pipeline takes along.',
    hint: 'Run npm run build, then export again.',
  },
  'internal.bug': {
    kind: 'internal',
    meaning: 'A fault of Galley itself.',
    hint: 'Please report it with the log of the engine.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;
