import type { ErrorCode } from '../../engine/contract/error-catalogue.ts';
import type { ErrorReport } from '../../engine/contract/errors.ts';

/** Words that only help whoever sits at a command line. */
export const namesCommand = /\bgalley [a-z]|(^|\s|`)--[a-z]/;

const damaged = 'Restore the project from a backup; “Check the project” in the settings lists what is damaged.';
const gone = 'It may have been removed meanwhile; go back to the list.';

/** What to do in the window where the engine's own hint names a command. */
export const windowHints: Partial<Record<ErrorCode, string>> = {
  'cli.usage': 'Correct what is named.',
  'server.token_missing': 'Start Galley again: it opens the window.',
  'server.ticket_invalid': 'Start Galley again: it opens the window.',
  'store.not_a_project': 'Choose another folder, or make a project there.',
  'store.damaged_blob': damaged,
  'store.missing_blob': damaged,
  'data.damaged_version': damaged,
  'project.git_not_linked': 'Press “Put this project into Git”, on Git of the settings.',
  'project.git_no_address': 'Name the place on Git of the settings.',
  'project.git_access': 'Change the address on Git of the settings, and give the password or token with it.',
  'project.git_conflict': 'Choose for each of the files that are named.',
  'project.git_nothing_pulled': 'Press “Pull” first.',
  'project.git_nothing_committed': 'Commit first.',
  'data.unknown_remote': 'Open “Share versions” of a dataset: it lists the remotes, and adds one.',
  'data.remote_refused': 'Change the remote and give the right one, or load the key into the SSH agent.',
  'data.remote_unknown_host':
    'Compare the fingerprint with the owner of the host; then give it with the remote, or connect once with ssh.',
  'data.unknown_dataset':
    'It may have been renamed or deleted meanwhile; Data lists all datasets, and its bin the deleted ones.',
  'data.unknown_version': 'It may have been deleted meanwhile; the dataset lists its versions.',
  'data.unknown_tag': 'It may have been removed meanwhile; the versions of the dataset show their tags.',
  'data.in_use': 'It can be deleted all the same, and restored until the bin is emptied.',
  'data.last_version': 'Delete the dataset instead.',
  'data.not_in_bin': 'It may have been restored meanwhile; the bin shows what it holds.',
  'data.deleted_version': 'Restore it from the bin, on Data.',
  'data.unknown_recipe': gone,
  'data.untrusted_sql': 'Look at what it would run, then press Trust.',
  'data.key_needed': 'Choose the columns that tell rows apart.',
  'data.expectation_failed': 'Look at the rows that are named, or add them all the same.',
  'data.unknown_expectation': 'Add expectations, check the version, or choose one of those that are listed.',
  'data.unknown_connection': 'It may have been removed meanwhile; make it again.',
  'job.not_found': gone,
  'serving.no_profile':
    'Switch the profile on in the settings of the deployment, or press “Import a log” on its page, and choose the log of the server.',
  'serving.body_too_large': 'Send fewer rows a request.',
  'deploy.no_canary': 'Choose a version to try on some callers first, on the card Versions.',
  'deploy.no_version_before': 'Start the deployment with the version that you want.',
  'deploy.key_required': 'Make a key on the card “Who may call”, then open it to the network.',
  'deploy.key_not_found': gone,
  'deploy.log_column': 'Choose the columns that hold what is wanted.',
  'deploy.nothing_to_import': 'The message says why of each; name other columns, or the version that answered.',
  'deploy.no_stream': gone,
  'deploy.no_watch': gone,
  'train.unknown_column': 'Choose another column, or a version of the dataset that has it.',
  'train.not_resumable': 'Train again.',
  'train.sweep_not_found': gone,
  'train.no_features': 'Learn from more columns, under More.',
  'train.reserved_column': 'Rename the column, or leave it out, under More.',
  'train.suspected_leak': 'Train again: you are asked whether to leave it out or to keep it.',
  'train.unknown_learner': 'Choose another learner.',
  'train.unknown_row': 'Choose a row that the version has.',
  'train.run_not_found': 'It may have been deleted meanwhile; All runs lists those there are.',
  'train.view_not_found': 'It may have been forgotten meanwhile; Views lists those there are.',
  'train.run_not_archived': 'Archive it first.',
  'package.model_not_found': gone,
  'package.version_not_found': 'It may have been changed meanwhile; the model lists its versions and aliases.',
  'train.adopted_no_probability':
    'Where its numbers are scores, choose so for what they are; else judge it by rows that it can answer.',
  'package.mapping_wrong': 'Look at what the file has, and choose other columns, another output or other classes.',
  'package.mapping_incomplete': 'Choose the columns, the output and the classes that could not be guessed.',
  'package.answers_differ':
    'Look whether the columns go into the right inputs in the right order, and whether the notebook prepares its rows before the model.',
  'package.not_writable': 'Choose another folder.',
  'package.columns_missing': 'Choose a dataset that has the columns of both.',
  'package.no_common_rows': 'Choose a dataset that has the columns of both.',
  'package.alias_not_found': gone,
  'package.last_version': 'Delete the model instead.',
  'package.in_bin': 'Take it out of the bin, or empty the bin.',
  'package.not_in_bin': 'It may have been restored meanwhile; the bin shows what it holds.',
  'package.no_previous_version': 'Choose the version that the alias is to point at.',
  'deploy.not_found': gone,
  'deploy.breaking_version': 'Change the callers first, then release it all the same.',
  'deploy.name_taken': 'Choose another name.',
  'deploy.not_running': 'Switch it on; its page says why it ended.',
  'deploy.missing_column': 'Add the columns that are named; the page of the model lists all its inputs.',
  'monitor.invalid_range': 'Choose a beginning before the end.',
  'monitor.alert_not_found': gone,
  'monitor.rule_not_found': gone,
  'monitor.elsewhere_not_found': gone,
  'monitor.rule_incomplete': 'Choose what it watches, and its bound.',
  'monitor.unknown_metric': 'Choose another one; the version that answers may have other columns.',
  'monitor.channel_not_found': gone,
  'retrain.invalid_pipeline': 'Correct the lines that are named.',
  'retrain.pipeline_not_found': gone,
  'retrain.run_not_found': gone,
  'retrain.backfill_not_found': gone,
  'retrain.nothing_to_approve': 'See in the grid of runs which of them wait.',
  'retrain.champion_moved': 'Run it again from the step that compares, and decide by what that finds.',
  'retrain.export_in_the_way': 'Choose another folder, or move the files away.',
  'retrain.no_state': 'Hand the pipeline over in the project that it comes from.',
  'retrain.needs_approval': 'Let the system around it ask a person, and give the name of who approved.',
  'retrain.several_schedules': 'Change them in the file of the pipeline.',
  'retrain.untrusted_folder': 'Read the file of the pipeline, then add it where you believe it.',
  'retrain.webhook_refused': 'Sign the body with the secret of the webhook; look at the clock of the sender.',
  'retrain.untrusted_pipeline': 'Read its file, then press Trust.',
  'retrain.untrusted_command': 'Read the file of the pipeline, then save it here where you believe it.',
  'retrain.rehearsal_not_found': gone,
  'retrain.not_redeployed': 'See the deployment; the page of the model can bring the version before back.',
};

/** A report of the engine with a hint for whoever sits at the window. */
export function inWindow<Report extends Pick<ErrorReport, 'code' | 'hint'>>(report: Report): Report {
  if (!namesCommand.test(report.hint)) return report;
  return { ...report, hint: windowHints[report.code as ErrorCode] ?? '' };
}
