import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of Package. */
export const packageErrors = {
  'package.parity_failed': {
    kind: 'internal',
    meaning: 'The ONNX file does not give the answers of the trained model, so it was not registered.',
    hint: 'Please report it with the recipe of the run.',
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
} as const satisfies Record<string, CatalogueEntry>;
