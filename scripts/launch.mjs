#!/usr/bin/env node
/**
 * Behind `npm start`, `npm test` and the other scripts of package.json: sets up what the machine lacks (Node, npm,
 * packages), then does the task with the Node it chose. Needs nothing but Node 20 or later.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canRunEngine, chooseNode, environmentFor } from './setup/node.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { root } from './setup/paths.mjs';
import { becomeProcess } from './setup/process.mjs';
import { say } from './setup/say.mjs';

const tasks = ['start', 'test', 'check', 'bench', 'build', 'dist-dir'];
const tasksOnOldNode = ['test', 'check'];
const unavailable = 6;
const [task = '', ...args] = process.argv.slice(2);

if (tasks.includes(task)) await launch(task, args);
else {
  say(`no such task: ${task || '(none)'}. There are ${tasks.join(', ')}.`);
  process.exitCode = 2;
}

/** @param {string} task @param {string[]} args */
async function launch(task, args) {
  const node = await chooseNode();
  if (!tasksOnOldNode.includes(task) && !canRunEngine(node)) {
    process.exitCode = unavailable;
    return;
  }
  const env = environmentFor(node);
  try {
    await ensurePackages(node, env);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
    return;
  }
  const script = join(root, 'scripts', `${task}.mjs`);
  if (node !== process.execPath) return becomeProcess(node, [script, ...args], { env });
  Object.assign(process.env, env);
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
}
