import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../engine/base/random.ts';
import { checkoutFolder } from '../../support/needs.ts';

export interface MixedModel {
  /** Holds `model.onnx` and `signature.json`. */
  folder: string;
  /** As callers send them. */
  rows: Record<string, unknown>[];
}

const numbers = Array.from({ length: 12 }, (_, index) => `number_${index + 1}`);
const categories = Array.from({ length: 6 }, (_, index) => `category_${index + 1}`);

/** Trains and packages a model of 20 mixed columns (12 numbers, 6 categories, a truth and a day) with Galley's own command line. */
export function makeMixedModel(folder: string, learner: 'linear' | 'trees'): MixedModel {
  const rows = mixedRows(4000);
  const file = join(folder, 'mixed.csv');
  const names = Object.keys(rows[0] as object);
  writeFileSync(file, [names, ...rows.map((row) => Object.values(row))].map((cells) => cells.join(',')).join('\n'));
  const project = join(folder, 'project');
  const galley = (...words: string[]) =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [join(checkoutFolder, 'dist', 'engine', 'cli.js'), ...words, '--project', project, '--json'],
        {
          env: { ...process.env, GALLEY_HOME: folder },
          encoding: 'utf8',
        },
      ),
    );
  execFileSync(process.execPath, [join(checkoutFolder, 'dist', 'engine', 'cli.js'), 'init', project], {
    env: { ...process.env, GALLEY_HOME: folder },
  });
  galley('data', 'add', 'mixed', file);
  const { best } = galley('train', 'run', 'mixed', '--target', 'bought', '--learner', learner);
  galley('package', 'add', String(best.id), '--model', 'mixed');
  const exported = join(folder, 'exported');
  galley('package', 'export', 'mixed', '--format', 'onnx', '--to', exported);
  return { folder: exported, rows: rows.map(({ bought, ...row }) => row) };
}

function mixedRows(count: number): Record<string, unknown>[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, () => {
    const values = numbers.map(() => random() * 4 - 2);
    const levels = categories.map((_, index) => Math.floor(random() * (4 + index)));
    const score = (values[0] as number) - (values[1] as number) * (levels[0] as number) + random();
    return {
      ...Object.fromEntries(numbers.map((name, index) => [name, values[index]])),
      ...Object.fromEntries(categories.map((name, index) => [name, `level ${levels[index]}`])),
      member: random() < 0.4,
      day: new Date(Date.UTC(2020, 0, 1 + Math.floor(random() * 1500))).toISOString().slice(0, 10),
      bought: score > 0 ? 'yes' : 'no',
    };
  });
}
