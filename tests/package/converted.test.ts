import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import { seededRandom } from '../../engine/base/random.ts';
import {
  type ConvertedFormat,
  convertModel,
  recogniseModelFile,
} from '../../engine/package/converted/convert-model.ts';
import type { ConvertedModel } from '../../engine/package/converted/converted-model.ts';

const folder = join(import.meta.dirname, '../fixtures/converted');

/** Rows and the answers of the library that made the model; see make.py beside the files. */
interface Case {
  file: string;
  /** Missing is null, what is not finite `inf` or `-inf`, other texts are categories. */
  rows: (number | string | null)[][];
  answers: number[][];
}

const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.case.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case);

function convertFile(name: string): ConvertedModel {
  const bytes = readFileSync(join(folder, name));
  return convertModel(bytes, recogniseModelFile(bytes) as ConvertedFormat);
}

const numberOf = (cell: Case['rows'][number][number]) => {
  if (cell === null) return Number.NaN;
  return typeof cell === 'number' ? cell : cell === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
};

/** The one matrix of a file, or an input a column. */
function feedsOf(session: InferenceSession, rows: Case['rows']): Record<string, Tensor> {
  const width = rows[0]?.length as number;
  if (session.inputNames.length === 1) {
    return { input: new Tensor('float32', Float32Array.from(rows.flat(), numberOf), [rows.length, width]) };
  }
  const tensors = session.inputMetadata.map((input, place) => {
    const cells = rows.map((row) => row[place] ?? null);
    const isText = input.isTensor && input.type === 'string';
    const shape = [rows.length, 1];
    return isText
      ? new Tensor(
          'string',
          cells.map((cell) => String(cell ?? '')),
          shape,
        )
      : new Tensor('float32', Float32Array.from(cells, numberOf), shape);
  });
  return Object.fromEntries(session.inputNames.map((name, place) => [name, tensors[place] as Tensor]));
}

async function answersOf({ onnx }: ConvertedModel, rows: Case['rows']): Promise<{ name: string; rows: number[][] }> {
  const session = await InferenceSession.create(onnx);
  const results = await session.run(feedsOf(session, rows));
  await session.release();
  const [name] = Object.keys(results) as [string];
  const { data } = results[name] as TypedTensor<'float32'>;
  const outputs = data.length / rows.length;
  return { name, rows: rows.map((_, row) => Array.from(data.subarray(row * outputs, (row + 1) * outputs))) };
}

const sigmoid = (score: number) => 1 / (1 + Math.exp(-score));

/** The library's answer in the converted file's form. */
function expectedAnswer(file: string, answer: number[], found: number[]): number[] {
  const [value] = answer as [number];
  if (found.length === answer.length && found.length > 1) return answer;
  if (file.includes('logitraw')) return [1 - sigmoid(value), sigmoid(value)];
  if (file.includes('softmax')) return found.map((_, place) => (place === value ? Math.max(...found) : Number.NaN));
  return found.length === 2 ? [1 - value, value] : [value];
}

describe('a converted file answers as its library', () => {
  test.each(cases)('$file', async ({ file, rows, answers }) => {
    const found = await answersOf(convertFile(file), rows);
    found.rows.forEach((values, row) => {
      const expected = expectedAnswer(file, answers[row] as number[], values);
      expect(values).toHaveLength(expected.length);
      values.forEach((value, place) => {
        const wanted = expected[place] as number;
        // Of a class alone nothing but the largest can be compared.
        if (Number.isNaN(wanted)) return;
        const difference = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
        expect(difference, `row ${row}: ${JSON.stringify(rows[row])}: ${value}, not ${wanted}`).toBeLessThan(1e-6);
      });
    });
  });
});

describe('what a file tells beside its trees', () => {
  const columnsOf = async ({ onnx }: ConvertedModel) => {
    const session = await InferenceSession.create(onnx);
    const columns = session.inputMetadata.map((input) => [input.name, input.isTensor && input.type]);
    await session.release();
    return columns;
  };

  test.each([
    ['xgboost-names.ubj', 'xgboost 3.2.0', 'b c'],
    ['lightgbm-names.txt', 'lightgbm v4', 'b_c'],
  ])('%s names its categories, so it takes a column each, text or number', async (file, producer, second) => {
    const converted = convertFile(file);
    expect(converted).toMatchObject({ producer, task: 'regression', classes: [], features: undefined, notes: [] });
    expect(await columnsOf(converted)).toEqual([
      ['a', 'float32'],
      [second, 'float32'],
      ['naïve', 'float32'],
      ['d', 'string'],
      ['e', 'float32'],
    ]);
  });

  test('a category that the model does not know is missing', async () => {
    const { rows } = await answersOf(convertFile('lightgbm-names.txt'), [
      [0, 0, 0, 'violet', 11],
      [0, 0, 0, null, null],
    ]);
    expect(rows[0]).toEqual(rows[1]);
  });

  test('XGBoost breaks names of categories with letters beyond ASCII, and it is said', () => {
    const { features, notes } = convertFile('xgboost-letters.ubj');
    expect(features).toEqual(['a', 'b']);
    expect(notes).toEqual([expect.stringContaining('"b": XGBoost breaks names')]);
  });

  test('categories that adopt.py adds hold, where the library keeps codes or breaks names', async () => {
    const lists = JSON.stringify([null, null, null, ['é', 'b', 'c']]);
    const xgboost = changedJson('xgboost-sets.json', ({ learner }) => {
      learner.attributes = { galley_categories: lists };
    });
    const lightgbm = changed('lightgbm-categories.txt', (file) => `${file}\ngalley_categories:${lists}\n`);
    for (const [bytes, format, original] of [
      [xgboost, 'xgboost-json', 'xgboost-sets.json'],
      [lightgbm, 'lightgbm', 'lightgbm-categories.txt'],
    ] as const) {
      const byName = await answersOf(convertModel(bytes, format), [[0, 1, 0, 'c']]);
      const byCode = await answersOf(convertFile(original), [[0, 1, 0, 2]]);
      expect(byName.rows).toEqual(byCode.rows);
    }
    const short = changed('lightgbm-categories.txt', (file) => `${file}\ngalley_categories:[null]\n`);
    expect(() => convertModel(short, 'lightgbm')).toThrow(/at galley_categories: no list of categories for each of 4/);
  });

  test('lists that belong to no column are left out, and it is said', () => {
    const text = changed('lightgbm-names.txt', (file) =>
      file.replace(/^pandas_categorical:\[/m, 'pandas_categorical:[["x"], '),
    );
    const { features, notes } = convertModel(text, 'lightgbm');
    expect(features).toEqual(['a', 'b_c', 'naïve', 'd', 'e']);
    expect(notes).toEqual([expect.stringContaining('3 lists of categories for 2 features')]);
  });

  test('columns without names are counted, classes too', () => {
    const xgboost = convertFile('xgboost-softprob.json');
    expect(xgboost.features).toEqual(['x0', 'x1', 'x2', 'x3']);
    expect(xgboost).toMatchObject({ task: 'multiclass', classes: ['0', '1', '2'] });
    const lightgbm = convertFile('lightgbm-binary.txt');
    expect(lightgbm.features).toEqual(['x0', 'x1', 'x2', 'x3']);
    expect(lightgbm).toMatchObject({ task: 'binary', classes: ['0', '1'] });
  });

  test('trees after the best iteration are left out, and it is said', () => {
    expect(convertFile('xgboost-stopped.json').notes).toEqual([
      'Trees up to iteration 2 are used, the best one, as early stopping wrote it into the file.',
    ]);
  });

  test("what scikit-learn's kind of class wrote of missing values and classes is kept", async () => {
    const written = JSON.stringify({ missing: -999, classes_: [false, true], base_score: null }).replace('null', 'NaN');
    const bytes = changedJson('xgboost-logistic.json', ({ learner }) => {
      learner.attributes = { scikit_learn: written };
    });
    const converted = convertModel(bytes, 'xgboost-json');
    expect(converted).toMatchObject({
      classes: ['false', 'true'],
      notes: ['The number -999 counts as a missing value.'],
    });
    const { rows } = await answersOf(converted, [
      [-999, 1, 0, 2],
      [null, 1, 0, 2],
    ]);
    expect(rows[0]).toEqual(rows[1]);
  });
});

test('formats are known by their content', () => {
  const format = (text: string) => recogniseModelFile(Buffer.from(text, 'latin1'));
  expect(format('\n{ "learner": {}}')).toBe('xgboost-json');
  expect(format('{L\0\0\0\0\0\0\0\x07learner')).toBe('xgboost-ubj');
  expect(format('tree\r\nversion=v4')).toBe('lightgbm');
  expect(format('trees')).toBeUndefined();
  expect(format('\x80\x04\x95')).toBeUndefined();
  expect(format('')).toBeUndefined();
});

function changed(name: string, change: (text: string) => string): Uint8Array {
  const text = readFileSync(join(folder, name), 'utf8');
  const result = change(text);
  expect(result).not.toBe(text);
  return Buffer.from(result);
}

// biome-ignore lint/suspicious/noExplicitAny: a test breaks whatever it likes
type Loose = any;

function changedJson(name: string, change: (file: Loose) => void): Uint8Array {
  const file = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  change(file);
  return Buffer.from(JSON.stringify(file));
}

const treesOf = (file: Loose) => file.learner.gradient_booster.model.trees;

describe('XGBoost files that are damaged or ask for what cannot be', () => {
  const damaged: [string, (file: Loose) => void, string][] = [
    ['no version', (file) => delete file.version, 'at version: nothing stands there'],
    ['no learner', (file) => delete file.learner, 'at learner: nothing stands there'],
    ['a list for an object', (file) => (file.learner = []), 'at learner: an object is expected there'],
    ['a cycle', (file) => (treesOf(file)[1].left_children[1] = 0), 'trees[1].nodes: node 0 has two parents'],
    [
      'a shared node',
      (file) => (treesOf(file)[0].right_children[0] = treesOf(file)[0].left_children[0]),
      'has two parents',
    ],
    ['a child that is not there', (file) => (treesOf(file)[0].left_children[0] = 99), 'there is no node 99'],
    ['half a node', (file) => (treesOf(file)[0].left_children[0] = 1.5), '1.5 is not a whole number'],
    ['a feature that is not there', (file) => (treesOf(file)[0].split_indices[0] = 4), 'there is no feature 4'],
    ['a list that is too short', (file) => treesOf(file)[2].split_conditions.pop(), 'numbers stand there where'],
    ['a leaf that is not finite', (file) => treesOf(file)[0].split_conditions.fill(null), 'is not'],
    ['a tree without nodes', (file) => (treesOf(file)[0].left_children = []), 'the tree has no node'],
    ['a score that is not there', (file) => (file.learner.gradient_booster.model.tree_info[0] = 3), '3 is not below 1'],
    ['no base score', (file) => (file.learner.learner_model_param.base_score = '[]'), 'is not a number'],
    [
      'too many base scores',
      (file) => (file.learner.learner_model_param.base_score = '[1,2]'),
      '2 numbers stand there for 1',
    ],
    ['a base score of no score', (file) => (file.learner.learner_model_param.base_score = '1'), 'has no score for it'],
    ['no features', (file) => (file.learner.learner_model_param.num_feature = '0'), 'the model has no feature'],
    ['a text for a count', (file) => (file.learner.learner_model_param.num_feature = 'many'), 'not a'],
    ['names that are too few', (file) => (file.learner.feature_names = ['a']), '1 names stand there for 4 features'],
    ['a name twice', (file) => (file.learner.feature_names = ['a', 'b', 'c', 'a']), 'a name stands there twice'],
    ['types that are too few', (file) => (file.learner.feature_types = ['c']), '1 types stand there for 4 features'],
    [
      'a set that ends after its list',
      (file) =>
        Object.assign(treesOf(file)[0], {
          categories_nodes: [0],
          categories: [1],
          categories_segments: [0],
          categories_sizes: [2],
        }),
      'the set ends after the list',
    ],
    [
      'sets that share a list',
      (file) =>
        Object.assign(treesOf(file)[0], {
          categories_nodes: [0, 1],
          categories: [1, 2],
          categories_segments: [0, 0],
          categories_sizes: [2, 2],
        }),
      'the sets have more members than the list',
    ],
  ];
  test.each(damaged)('%s', (_, change, fault) => {
    const bytes = changedJson('xgboost-logistic.json', change);
    expect(() => convertModel(bytes, 'xgboost-json')).toThrow(
      expect.objectContaining({ code: 'package.model_file_damaged', message: expect.stringContaining(fault) }),
    );
  });

  const unsupported: [string, (file: Loose) => void, string][] = [
    [
      'ranking',
      (file) => (file.learner.objective.name = 'rank:ndcg'),
      'XGBoost\'s objective "rank:ndcg" cannot be converted.',
    ],
    ['a name of JavaScript', (file) => (file.learner.objective.name = 'constructor'), 'objective "constructor"'],
    ['several targets', (file) => (file.learner.learner_model_param.num_target = '2'), 'A model of several targets'],
    ['leaves of several values', (file) => (treesOf(file)[0].tree_param.size_leaf_vector = '3'), 'multi_output_tree'],
    ['an unknown booster', (file) => (file.learner.gradient_booster.name = 'gbforest'), 'booster "gbforest"'],
    [
      'a billion features',
      (file) => (file.learner.learner_model_param.num_feature = '1000000000'),
      'more than 10000 features',
    ],
  ];
  test.each(unsupported)('%s', (_, change, fault) => {
    const bytes = changedJson('xgboost-logistic.json', change);
    expect(() => convertModel(bytes, 'xgboost-json')).toThrow(
      expect.objectContaining({ code: 'package.model_file_unsupported', message: expect.stringContaining(fault) }),
    );
  });

  test('a tree as deep as a well', () => {
    const depth = 50_000;
    const size = 2 * depth + 1;
    const bytes = changedJson('xgboost-logistic.json', (file) => {
      const inner = (place: number) => place % 2 === 0 && place < size - 1;
      Object.assign(treesOf(file)[0], {
        left_children: Array.from({ length: size }, (_, place) => (inner(place) ? place + 1 : -1)),
        right_children: Array.from({ length: size }, (_, place) => (inner(place) ? place + 2 : -1)),
        ...Object.fromEntries(
          ['split_indices', 'split_conditions', 'default_left', 'split_type'].map((name) => [
            name,
            new Array(size).fill(0),
          ]),
        ),
      });
    });
    expect(() => convertModel(bytes, 'xgboost-json')).toThrow(
      expect.objectContaining({
        code: 'package.model_file_unsupported',
        message: expect.stringContaining('2000 nodes deep'),
      }),
    );
  });

  test.each([
    ['text that is no JSON', Buffer.from('{"learner": '), 'xgboost-json', 'at its JSON'],
    ['text that is no UTF-8', Buffer.from([0x7b, 0x22, 0xff]), 'xgboost-json', 'it is not UTF-8'],
    [
      'a count without bytes',
      Buffer.from('{L\0\0\0\0\0\0\0\x01a[$d#L\0\0\0\x7f\0\0\0\0', 'latin1'),
      'xgboost-ubj',
      'the file ends before',
    ],
    [
      'a count of nothings',
      Buffer.from('{L\0\0\0\0\0\0\0\x01a[$Z#L\0\0\0\x7f\0\0\0\0', 'latin1'),
      'xgboost-ubj',
      'the file ends before',
    ],
    ['a length below zero', Buffer.from('{i\xff', 'latin1'), 'xgboost-ubj', '-1 is not a length'],
    ['lists in lists', Buffer.from(`{i\x01a${'['.repeat(100)}`, 'latin1'), 'xgboost-ubj', 'more than 64 deep'],
    ['an unknown type', Buffer.from('{i\x01ax', 'latin1'), 'xgboost-ubj', '"x" is not a type'],
  ] as const)('%s', (_, bytes, format, fault) => {
    expect(() => convertModel(bytes, format)).toThrow(
      expect.objectContaining({ code: 'package.model_file_damaged', message: expect.stringContaining(fault) }),
    );
  });
});

test('JSON of something else is told from a damaged model', () => {
  expect(() => convertModel(Buffer.from('{"name": "x"}'), 'xgboost-json')).toThrow(
    expect.objectContaining({
      code: 'package.model_file_unsupported',
      message: 'A JSON file that is no model of XGBoost cannot be converted.',
    }),
  );
});

describe('LightGBM files that are damaged or ask for what cannot be', () => {
  test.each([
    ['cut off', /end of trees[\s\S]*/, '', 'damaged', 'the line "end of trees" is missing'],
    ['no trees', /Tree=0[\s\S]*(?=end of trees)/, '', 'damaged', '0 trees do not fit 1 scores'],
    ['a cycle', /^left_child=\S+/m, 'left_child=0', 'damaged', 'Tree=0: node 0 has two parents'],
    [
      'a child that is not there',
      /^left_child=\S+/m,
      'left_child=99',
      'damaged',
      'left_child[0]: 99 is no whole number from -7 to 5',
    ],
    ['a leaf that is not there', /^left_child=\S+/m, 'left_child=-8', 'damaged', 'left_child[0]'],
    ['a feature that is not there', /^split_feature=\S+/m, 'split_feature=4', 'damaged', 'split_feature[0]'],
    [
      'a list that is too short',
      /^threshold=\S+ /m,
      'threshold=',
      'damaged',
      '5 numbers stand there where 6 are expected',
    ],
    [
      'a word for a number',
      /^threshold=\S+/m,
      'threshold=nan',
      'damaged',
      'Tree=0: threshold[0]: "nan" is not a number',
    ],
    ['an infinite leaf', /^leaf_value=\S+/m, 'leaf_value=inf', 'damaged', 'a leaf is not a finite number'],
    ['an unknown decision', /^decision_type=\S+/m, 'decision_type=12', 'damaged', '12 is unknown'],
    ['no set of categories', /^decision_type=\S+/m, 'decision_type=1', 'damaged', 'there is no set of categories'],
    ['a billion leaves', /^num_leaves=7/m, 'num_leaves=1000000000', 'damaged', 'where 1000000000 are expected'],
    ['more sets than splits', /^num_cat=0/m, 'num_cat=1000000', 'damaged', 'more sets of categories than splits'],
    [
      'sets that do not follow each other',
      /^cat_boundaries=0 2 4/m,
      'cat_boundaries=0 9 4',
      'damaged',
      'cat_boundaries[1]',
      'lightgbm-categories.txt',
    ],
    ['a count that is none', /^max_feature_idx=3/m, 'max_feature_idx=x', 'damaged', '"x" is no whole number'],
    ['no names', /^feature_names=.*\n/m, '', 'damaged', 'the header: feature_names: nothing stands there'],
    ['names with spaces', /^feature_names=/m, 'feature_names=a ', 'damaged', '5 words stand there for 4 features'],
    ['a sigmoid of nothing', /sigmoid:1.7/, 'sigmoid:0', 'damaged', 'sigmoid is "0"'],
    ['scores for one', /^num_tree_per_iteration=1/m, 'num_tree_per_iteration=2', 'damaged', '2 scores do not fit'],
    ['no list of lists', /^pandas_categorical:null/m, 'pandas_categorical:[{}]', 'damaged', 'is no list of lists'],
    ['ranking', /^objective=binary/m, 'objective=lambdarank', 'unsupported', 'objective "lambdarank"'],
    ['linear trees', /^is_linear=0/m, 'is_linear=1', 'unsupported', 'linear trees'],
    ['a newer format', /^version=v4/m, 'version=v9', 'unsupported', 'Version "v9"'],
    ['a category twice', /"green"/, '"red"', 'damaged', 'a category of "d" stands there twice', 'lightgbm-names.txt'],
  ])('%s', (_, pattern, text, kind, fault, name = 'lightgbm-binary.txt') => {
    const bytes = changed(name, (file) => file.replace(pattern, text));
    expect(() => convertModel(bytes, 'lightgbm')).toThrow(
      expect.objectContaining({ code: `package.model_file_${kind}`, message: expect.stringContaining(fault) }),
    );
  });
});

describe('whatever bytes a file has, it converts into what ONNX Runtime loads, or is refused by a code', () => {
  test.each(['xgboost-names.ubj', 'xgboost-sets.json', 'lightgbm-categories.txt'])('%s', async (name) => {
    const random = seededRandom(7);
    const whole = readFileSync(join(folder, name));
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from(round % 10 === 0 ? whole.subarray(0, Math.floor(random() * whole.length)) : whole);
      for (let change = 0; change < 3; change++)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const format = name.endsWith('.ubj') ? 'xgboost-ubj' : name.endsWith('.json') ? 'xgboost-json' : 'lightgbm';
      try {
        const { onnx } = convertModel(bytes, format);
        if (round % 5 === 0) await (await InferenceSession.create(onnx)).release();
      } catch (error) {
        expect(error).toBeInstanceOf(GalleyError);
        expect((error as GalleyError).code).toMatch(/^package\.model_file_(damaged|unsupported)$/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(30);
  });
});
