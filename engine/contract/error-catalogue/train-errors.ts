import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of Train. */
export const trainErrors = {
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
} as const satisfies Record<string, CatalogueEntry>;
