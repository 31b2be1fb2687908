import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, posix } from 'node:path';

/** From the root of the checkout, and of the server in a package. */
export const serverEntry = 'engine/serving/main';

const importedModule = /^(?:import|export)(?!\s+type\b)[^;]*?\sfrom\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

export interface ServerFile {
  /** With slashes, from the root of the server. */
  path: string;
  content: string;
}

/**
 * The modules that the prediction server loads, as JavaScript with the lines, names and comments of their sources. What is
 * imported for its types alone is not loaded.
 */
export function serverSources(checkout: string): ServerFile[] {
  const found = new Map<string, string>();
  const waiting = [`${serverEntry}.ts`];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path) || !path.endsWith('.ts')) continue;
    const source = readFileSync(join(checkout, path), 'utf8');
    found.set(path, source);
    for (const [, fixed, late] of source.matchAll(importedModule)) {
      waiting.push(posix.join(posix.dirname(path), (fixed ?? late) as string));
    }
  }
  return [...found].map(([path, source]) => ({ path: path.replace(/\.ts$/, '.js'), content: plainScript(source) }));
}

/** Without types; every path of a module ends in .js. */
function plainScript(source: string): string {
  return stripTypeScriptTypes(source).replaceAll(".ts'", ".js'");
}
