import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { buildAnswerGraph, mostClasses, requireFeatureCount, requireNames } from './answer-graph.ts';
import type { ConvertedModel } from './converted-model.ts';
import { type CategoryValue, takesColumns } from './feature-columns.ts';
import { damagedFile, unsupportedModel } from './file-faults.ts';
import { isCategory, parseGivenCategories } from './given-categories.ts';
import { type LightgbmFile, type LightgbmSection, parseLightgbm } from './lightgbm-file.ts';
import { lightgbmObjective } from './lightgbm-objective.ts';
import { readLightgbmTree } from './lightgbm-trees.ts';
import { TreeCollector } from './tree-collector.ts';

/** What the library takes for zero. */
const zeroBound = Math.fround(1e-35);

/**
 * Converts a model file of LightGBM, as `Booster.save_model` writes it.
 * @throws GalleyError `package.model_file_damaged`, `package.model_file_unsupported`
 */
export function convertLightgbm(text: string): ConvertedModel {
  const file = parseLightgbm(text);
  const { header } = file;
  const version = header.text('version').slice(0, 10);
  if (!['v2', 'v3', 'v4'].includes(version))
    throw unsupportedModel(
      `Version ${JSON.stringify(version)} of LightGBM's file format`,
      'Save it with a LightGBM from 2.1 to 4.',
    );
  const width = header.count('max_feature_idx') + 1;
  requireFeatureCount(width, 'the header: max_feature_idx');
  const objective = lightgbmObjective(header.has('objective') ? header.text('objective') : '');
  const outputs = readOutputs(header, objective.task === 'multiclass');
  const infos = readList(header, 'feature_infos', width);
  const names = readNames(header, width);
  const { categories, notes } = readCategories(file, infos);
  const features = names.map((name, place) => ({ name, categories: categories[place] ?? null }));
  const producer = `lightgbm ${version}`;
  const onnx = buildAnswerGraph(producer, features, (builder, columns) => {
    return { ...objective, outputs, value: writeScores(builder, columns, file, { features: width, outputs, infos }) };
  });
  const classCount = objective.task === 'regression' ? 0 : Math.max(2, outputs);
  return {
    producer,
    onnx,
    task: objective.task,
    form: objective.task === 'regression' ? 'prediction' : 'probabilities',
    features: takesColumns(features) ? undefined : names,
    classes: Array.from({ length: classCount }, (_, number) => String(number)),
    notes: [...objective.notes, ...notes],
  };
}

function readOutputs(header: LightgbmSection, isMulticlass: boolean): number {
  const outputs = header.count('num_tree_per_iteration', 1);
  if (outputs > mostClasses) throw unsupportedModel(`A model of more than ${mostClasses} classes (${outputs})`);
  if (isMulticlass !== outputs > 1)
    throw damagedFile('the header: num_tree_per_iteration', `${outputs} scores do not fit the objective`);
  return outputs;
}

function writeScores(
  builder: GraphBuilder,
  columns: string,
  { header, trees }: LightgbmFile,
  { features, outputs, infos }: { features: number; outputs: number; infos: readonly string[] },
): string {
  if (trees.length === 0 || trees.length % outputs !== 0)
    throw damagedFile('its trees', `${trees.length} trees do not fit ${outputs} scores`);
  const collector = new TreeCollector();
  let readsZeros = false;
  const zeroColumn = (feature: number) => {
    readsZeros = true;
    return features + feature;
  };
  for (const [number, section] of trees.entries()) {
    collector.add(readLightgbmTree(section, { features, zeroColumn }), number % outputs);
  }
  const isZero = builder.node('LessOrEqual', [builder.node('Abs', [columns]), builder.doubles([], [zeroBound])]);
  const replaceZeros = (value: number) => builder.node('Where', [isZero, builder.doubles([], [value]), columns]);
  const codes = writeCodes(builder, replaceZeros(0), infos);
  const read = readsZeros ? builder.concat([codes, replaceZeros(Number.NaN)], 1) : codes;
  const sum = collector.write(builder, read, outputs);
  const isAverage = header.has('average_output');
  return isAverage ? builder.node('Div', [sum, builder.doubles([], [trees.length / outputs])]) : sum;
}

/** The library cuts the fraction off what it takes for a category's code. */
function writeCodes(builder: GraphBuilder, columns: string, infos: readonly string[]): string {
  if (!infos.some(isCategoricalInfo)) return columns;
  const isCode = builder.node('Greater', [
    builder.doubles(
      [1, infos.length],
      infos.map((info) => Number(isCategoricalInfo(info))),
    ),
    builder.doubles([], [0]),
  ]);
  const whole = builder.node('Mul', [
    builder.node('Sign', [columns]),
    builder.node('Floor', [builder.node('Abs', [columns])]),
  ]);
  return builder.node('Where', [isCode, whole, columns]);
}

/** `0:1:2` are codes, `[0:2]` is a range, `none` a feature that no tree reads. */
function isCategoricalInfo(info: string): boolean {
  return /^-?\d+(:-?\d+)*$/.test(info);
}

function readList(header: LightgbmSection, key: string, features: number): string[] {
  const words = header
    .text(key)
    .split(' ')
    .filter((word) => word !== '');
  if (words.length !== features)
    throw damagedFile(`the header: ${key}`, `${words.length} words stand there for ${features} features`);
  return words;
}

/** LightGBM writes spaces of names as `_`, and calls columns without a name `Column_0`. */
function readNames(header: LightgbmSection, features: number): string[] {
  const names = readList(header, 'feature_names', features);
  requireNames(names, 'the header: feature_names');
  return names.every((name, place) => name === `Column_${place}`) ? names.map((_, place) => `x${place}`) : names;
}

/** The file lists the categories of pandas' columns in turn, but not which columns they were. */
function readCategories(
  { pandasCategories, givenCategories }: LightgbmFile,
  infos: readonly string[],
): { categories: (CategoryValue[] | null)[]; notes: string[] } {
  if (givenCategories !== undefined)
    return { categories: parseGivenCategories(givenCategories, infos.length), notes: [] };
  const lists = parseLists(pandasCategories ?? 'null');
  const places = infos.flatMap((info, place) => (isCategoricalInfo(info) ? [place] : []));
  const none = infos.map(() => null);
  if (lists.length === 0) return { categories: none, notes: [] };
  if (lists.length !== places.length) {
    const note = `The file has ${lists.length} lists of categories for ${places.length} features that are read as categories, so it does not tell which belong together: such a feature takes the category's code, its place in the list, beginning with 0.`;
    return { categories: none, notes: [note] };
  }
  const listOf = new Map(places.map((place, index) => [place, lists[index] as CategoryValue[]]));
  return { categories: infos.map((_, place) => listOf.get(place) ?? null), notes: [] };
}

function parseLists(text: string): CategoryValue[][] {
  try {
    const lists: unknown = JSON.parse(text);
    if (lists === null) return [];
    if (Array.isArray(lists) && lists.every((list) => Array.isArray(list) && list.every(isCategory))) return lists;
  } catch {
    // Told below, with what stands there.
  }
  throw damagedFile('pandas_categorical', `${JSON.stringify(text.slice(0, 60))} is no list of lists`);
}
