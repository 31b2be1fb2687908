import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { AttributeValue } from '../../base/onnx/model-proto.ts';
import type { TextFeature } from './text.ts';
import { wordExpression } from './tokens.ts';

const runtime = { domain: 'com.microsoft' } as const;

/** From a string [N, 1] input of the column's name ('' for missing) to counts of the terms, double [N, width]. */
export function writeTextCounts(builder: GraphBuilder, feature: TextFeature): string {
  const input = builder.input(feature.name, 'string', ['N', 1]);
  const cut: Record<string, AttributeValue> =
    feature.tokens === 'words' ? { tokenexp: { text: wordExpression } } : { separators: { texts: [''] } };
  const tokens = builder.node(
    'Tokenizer',
    [input],
    { ...cut, mark: { integer: 0 }, mincharnum: { integer: 1 }, pad_value: { text: '' } },
    runtime,
  );
  const flat = builder.node('Squeeze', [tokens, builder.integers([1], [1])]);
  const numbers = builder.node(
    'LabelEncoder',
    [flat],
    {
      keys_strings: { texts: feature.writings },
      values_int64s: { integers: feature.numbers },
      default_int64: { integer: -1 },
    },
    { domain: 'ai.onnx.ml' },
  );
  return builder.cast(builder.node('TfIdfVectorizer', [numbers], countAttributes(feature)), 'double');
}

function countAttributes({ terms, columns, width }: TextFeature): Record<string, AttributeValue> {
  const longest = terms.at(-1)?.length ?? 1;
  const pool = terms.flat();
  const begins: number[] = [];
  let begin = 0;
  for (let length = 1; length <= longest; length++) {
    begins.push(begin);
    begin += terms.reduce((total, term) => total + (term.length === length ? length : 0), 0);
  }
  // The output is as wide as the highest index: one term that no row has stands in the last column.
  const isWide = columns.some((column) => column === width - 1);
  return {
    mode: { text: 'TF' },
    min_gram_length: { integer: 1 },
    max_gram_length: { integer: longest },
    max_skip_count: { integer: 0 },
    ngram_counts: { integers: begins },
    ngram_indexes: { integers: isWide ? columns : [...columns, width - 1] },
    pool_int64s: { integers: isWide ? pool : [...pool, ...new Array<number>(longest).fill(-2)] },
  };
}

/** Counts as `writeTextCounts` gives them, weighed, each row divided by its Euclidean length. */
export function writeTextWeights(builder: GraphBuilder, counts: string, { weights, width }: TextFeature): string {
  const weighed = builder.node('Mul', [counts, builder.doubles([1, width], weights)]);
  const squares = builder.node('ReduceSumSquare', [weighed, builder.integers([1], [1])]);
  const isEmpty = builder.node('Equal', [squares, builder.doubles([], [0])]);
  const length = builder.node('Sqrt', [builder.node('Where', [isEmpty, builder.doubles([], [1]), squares])]);
  return builder.node('Div', [weighed, length]);
}
