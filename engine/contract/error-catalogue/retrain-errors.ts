import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of Retrain. */
export const retrainErrors = {
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
} as const satisfies Record<string, CatalogueEntry>;
