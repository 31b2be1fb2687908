import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { buildAnswerGraph, mostClasses, requireFeatureCount, requireNames } from './answer-graph.ts';
import type { ConvertedModel } from './converted-model.ts';
import { takesColumns } from './feature-columns.ts';
import { damagedFile, unsupportedModel } from './file-faults.ts';
import { FileFields } from './file-fields.ts';
import { parseGivenCategories } from './given-categories.ts';
import { readCategoryNames } from './xgboost-categories.ts';
import { xgboostObjective } from './xgboost-objective.ts';
import { treesOf, writeXgboostTrees } from './xgboost-trees.ts';
import { readWrapper } from './xgboost-wrapper.ts';

/**
 * Converts a model file of XGBoost (1.0 and later) of which JSON or UBJSON was parsed.
 * @throws GalleyError `package.model_file_damaged`, `package.model_file_unsupported`
 */
export function convertXgboost(file: unknown): ConvertedModel {
  const root = new FileFields(file);
  if (!root.has('version') && !root.has('learner'))
    throw unsupportedModel(
      'A JSON file that is no model of XGBoost',
      "Of JSON files, those of XGBoost's save_model are taken; export another model as ONNX.",
    );
  const version = root.numbers('version', { length: 3, integer: true, minimum: 0 });
  const learner = root.object('learner');
  const parameters = learner.object('learner_model_param');
  const width = parameters.number('num_feature', { integer: true, minimum: 0 });
  requireFeatureCount(width, parameters.placeOf('num_feature'));
  if (parameters.has('num_target') && parameters.number('num_target', { integer: true }) > 1)
    throw unsupportedModel('A model of several targets', 'Train one model for each target.');
  const objective = xgboostObjective(learner.object('objective').text('name'), [...version]);
  const groups = readGroups(parameters, objective.task === 'multiclass');
  const margins = readBaseScores(parameters, groups).map(objective.marginOf);
  if (!margins.every(Number.isFinite))
    throw damagedFile(parameters.placeOf('base_score'), 'the objective has no score for it');
  const wrapper = readWrapper(learner);
  const booster = learner.object('gradient_booster');
  const trees = treesOf(booster);
  const types = readFeatureTypes(learner, width);
  const names = readFeatureNames(learner, width);
  const { categories, notes } =
    wrapper.categories === undefined
      ? readCategoryNames(trees?.model, names)
      : { categories: parseGivenCategories(wrapper.categories, width), notes: [] };
  const features = names.map((name, place) => ({ name, categories: categories[place] ?? null }));
  const producer = `xgboost ${version.join('.')}`;
  const onnx = buildAnswerGraph(producer, features, (builder, input) => {
    const columns = wrapper.missing === undefined ? input : writeMissing(builder, input, wrapper.missing);
    const scores =
      trees === undefined
        ? writeLinear(builder, columns, booster.object('model'), width, groups)
        : writeXgboostTrees(builder, writeCodes(builder, columns, types), trees, {
            features: width,
            groups,
            bestIteration: wrapper.bestIteration,
          });
    // The linear booster of the library takes the first for all scores.
    const added = trees === undefined ? margins.map(() => margins[0] as number) : margins;
    const value = builder.node('Add', [scores, builder.doubles([1, groups], added)]);
    return { ...objective, outputs: groups, value };
  });
  const classCount = objective.task === 'regression' ? 0 : Math.max(2, groups);
  const counted = Array.from({ length: classCount }, (_, number) => String(number));
  return {
    producer,
    onnx,
    task: objective.task,
    form: objective.task === 'regression' ? 'prediction' : 'probabilities',
    features: takesColumns(features) ? undefined : names,
    classes: wrapper.classes?.length === classCount ? wrapper.classes : counted,
    notes: [...wrapper.notes, ...notes],
  };
}

function readGroups(parameters: FileFields, isMulticlass: boolean): number {
  if (!isMulticlass) return 1;
  const classes = parameters.number('num_class', { integer: true, minimum: 2 });
  if (classes > mostClasses) throw unsupportedModel(`A model of more than ${mostClasses} classes (${classes})`);
  return classes;
}

/** One number as text; since 3.1 a list in brackets, with one for each class or one for all. */
function readBaseScores(parameters: FileFields, groups: number): number[] {
  const place = parameters.placeOf('base_score');
  const text = parameters.text('base_score').trim();
  const numbers = text
    .replace(/^\[(.*)\]$/, '$1')
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!numbers.every(Number.isFinite)) throw damagedFile(place, `${JSON.stringify(text.slice(0, 60))} is not a number`);
  if (numbers.length !== 1 && numbers.length !== groups)
    throw damagedFile(place, `${numbers.length} numbers stand there for ${groups} scores`);
  return Array.from({ length: groups }, (_, group) =>
    Math.fround((numbers.length === 1 ? numbers[0] : numbers[group]) as number),
  );
}

function readFeatureNames(learner: FileFields, features: number): string[] {
  const names = learner.has('feature_names') ? learner.texts('feature_names') : [];
  if (names.length === 0) return Array.from({ length: features }, (_, place) => `x${place}`);
  const place = learner.placeOf('feature_names');
  if (names.length !== features) throw damagedFile(place, `${names.length} names stand there for ${features} features`);
  requireNames(names, place);
  return names;
}

function readFeatureTypes(learner: FileFields, features: number): string[] {
  const types = learner.has('feature_types') ? learner.texts('feature_types') : [];
  if (types.length !== 0 && types.length !== features)
    throw damagedFile(learner.placeOf('feature_types'), `${types.length} types stand there for ${features} features`);
  return types;
}

/** The library rounds what it takes for a category's code down. */
function writeCodes(builder: GraphBuilder, columns: string, types: readonly string[]): string {
  if (!types.includes('c')) return columns;
  const isCode = builder.node('Greater', [
    builder.doubles(
      [1, types.length],
      types.map((type) => Number(type === 'c')),
    ),
    builder.doubles([], [0]),
  ]);
  return builder.node('Where', [isCode, builder.node('Floor', [columns]), columns]);
}

function writeMissing(builder: GraphBuilder, columns: string, missing: number): string {
  const isMissing = builder.node('Equal', [columns, builder.doubles([], [Math.fround(missing)])]);
  return builder.node('Where', [isMissing, builder.doubles([], [Number.NaN]), columns]);
}

/** A booster `gblinear`: a weight for each feature and score, then the biases. A missing value adds nothing. */
function writeLinear(
  builder: GraphBuilder,
  columns: string,
  model: FileFields,
  features: number,
  groups: number,
): string {
  const weights = model.numbers('weights', { length: (features + 1) * groups });
  const isMissing = builder.node('IsNaN', [columns]);
  const filled = builder.node('Where', [isMissing, builder.doubles([], [0]), columns]);
  const products = builder.node('MatMul', [
    filled,
    builder.doubles([features, groups], weights.subarray(0, features * groups)),
  ]);
  return builder.node('Add', [products, builder.doubles([1, groups], weights.subarray(features * groups))]);
}
