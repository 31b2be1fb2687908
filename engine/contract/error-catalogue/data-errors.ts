import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of Data. */
export const dataErrors = {
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
} as const satisfies Record<string, CatalogueEntry>;
