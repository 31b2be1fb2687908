import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of Monitor. */
export const monitorErrors = {
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
} as const satisfies Record<string, CatalogueEntry>;
