#!/usr/bin/env node
/** `npx galley …` in a checkout: the command line of `engine/cli.ts` on a Node that can run it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canRunEngine, chooseNode, environmentFor } from './setup/node.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { root } from './setup/paths.mjs';
import { becomeProcess } from './setup/process.mjs';

const source = join(root, 'engine', 'cli.ts');
const entry = existsSync(source) ? source : join(root, 'dist', 'engine', 'cli.js');
const unavailable = 6;

const node = await chooseNode();
if (canRunEngine(node)) {
  const env = environmentFor(node);
  if (!existsSync(join(root, 'node_modules'))) await ensurePackages(node, env);
  await becomeProcess(node, [entry, ...process.argv.slice(2)], { env });
} else {
  process.exitCode = unavailable;
}
