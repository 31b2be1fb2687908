import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '../../base/durable-files.ts';
import { resourceFolder } from '../../base/entry.ts';

const fileName = 'adopt.py';

/**
 * Puts Galley's adopt.py into the project folder, anew where another one lies there, and gives the cell that uses it. The
 * file finds the engine by its own place, so that neither holds a secret or an address.
 */
export function notebookCell(projectPath: string, model: string): { cell: string; path: string } {
  const path = join(projectPath, fileName);
  const content = readFileSync(join(resourceFolder(), fileName), 'utf8');
  if (!existsSync(path) || readFileSync(path, 'utf8') !== content) writeFileDurably(path, content);
  const lines = [
    'import runpy',
    '',
    `adopt = runpy.run_path(${JSON.stringify(path)})["adopt"]`,
    `adopt(model, X, y, name="${model}")`,
  ];
  return { cell: `${lines.join('\n')}\n`, path };
}
