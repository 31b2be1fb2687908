import type { TaskKind } from '../../contract/values.ts';
import type { Link } from './answer-graph.ts';
import { damagedFile, unsupportedModel } from './file-faults.ts';

export interface LightgbmObjective {
  task: TaskKind;
  link: Link;
  notes: string[];
}

const identities = new Set([
  'regression',
  'regression_l1',
  'regression_l2',
  'l2',
  'l1',
  'huber',
  'fair',
  'quantile',
  'mape',
  'custom',
  'none',
]);
const exponentials = new Set(['poisson', 'gamma', 'tweedie']);

/**
 * @param line of the file's header, a name and what it was trained with: `binary sigmoid:1`. Empty for an objective of the
 * user's own.
 * @throws GalleyError `package.model_file_unsupported`
 */
export function lightgbmObjective(line: string): LightgbmObjective {
  const [name = '', ...settings] = line.split(' ').filter((word) => word !== '');
  const regression = (kind: 'identity' | 'exponential' | 'signed-square' | 'softplus'): LightgbmObjective => {
    return { task: 'regression', link: { kind }, notes: [] };
  };
  if (name === '') {
    return {
      ...regression('identity'),
      notes: ['The file names no objective, so the scores themselves are the prediction.'],
    };
  }
  if (identities.has(name)) return regression(settings.includes('sqrt') ? 'signed-square' : 'identity');
  if (exponentials.has(name)) return regression('exponential');
  switch (name) {
    case 'cross_entropy':
      return { task: 'regression', link: { kind: 'logistic', scale: 1 }, notes: [] };
    case 'cross_entropy_lambda':
      return regression('softplus');
    case 'binary':
      return { task: 'binary', link: { kind: 'logistic', scale: sigmoidOf(settings) }, notes: [] };
    case 'multiclass':
      return { task: 'multiclass', link: { kind: 'softmax' }, notes: [] };
    case 'multiclassova':
      return {
        task: 'multiclass',
        link: { kind: 'logistic', scale: sigmoidOf(settings) },
        notes: ['Each class has a probability of its own (multiclassova): those of a row do not sum to 1.'],
      };
    default:
      throw unsupportedModel(
        `LightGBM's objective ${JSON.stringify(name.slice(0, 60))}`,
        'Adopt a model whose answer is a class or a number.',
      );
  }
}

function sigmoidOf(settings: readonly string[]): number {
  const text = settings.find((setting) => setting.startsWith('sigmoid:'))?.slice('sigmoid:'.length) ?? '1';
  const scale = Number(text);
  if (!(scale > 0 && Number.isFinite(scale)))
    throw damagedFile('the header: objective', `sigmoid is ${JSON.stringify(text.slice(0, 60))}`);
  return scale;
}
