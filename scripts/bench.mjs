/**
 * `npm run bench [-- NAME…]`: runs the files `tests/bench/*.bench.ts` one after another, each in a process of its own, and
 * prints one table. A bench file default-exports `{ name, run(): Promise<Row[]> }` (see tests/bench/bench.ts).
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root } from './setup/paths.mjs';
import { captureProcess } from './setup/process.mjs';

/** @typedef {import('../tests/bench/bench.ts').Row} Row */

const resultMark = 'galley-bench-result ';

if (process.argv[2] === '--only') await runOne(process.argv[3] ?? '');
else process.exitCode = await runAll(process.argv.slice(2));

/** Runs one bench in this process and prints its rows as JSON behind a mark. @param {string} file */
async function runOne(file) {
  const { default: bench } = await import(pathToFileURL(file).href);
  const rows = await bench.run();
  console.log(`${resultMark}${JSON.stringify({ name: bench.name, rows })}`);
}

/** @param {string[]} filters @returns {Promise<number>} exit code: 1 when a bench failed, a missed target is only shown */
async function runAll(filters) {
  await build();
  const folder = join(root, 'tests', 'bench');
  const files = readdirSync(folder).filter((file) => file.endsWith('.bench.ts'));
  const chosen = files.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  const table = [];
  let failed = 0;
  for (const file of chosen) {
    process.stderr.write(`bench ${basename(file, '.bench.ts')} …\n`);
    const self = fileURLToPath(import.meta.url);
    const { code, output } = await captureProcess(process.execPath, [self, '--only', join(folder, file)], {
      cwd: root,
    });
    const line = output.split('\n').find((text) => text.startsWith(resultMark));
    if (code === 0 && line) table.push(...tableRows(JSON.parse(line.slice(resultMark.length))));
    else {
      failed += 1;
      process.stderr.write(`${file} failed (exit code ${code}):\n${output}\n`);
    }
  }
  console.log(formatTable(['bench', 'measure', 'value', 'unit', 'ratio', 'target'], table));
  return failed > 0 ? 1 : 0;
}

/** @param {{ name: string, rows: Row[] }} result */
function tableRows({ name, rows }) {
  return rows.map(({ measure, value, unit, ratio, target }) => [
    name,
    measure,
    value.toLocaleString('en-US', { maximumSignificantDigits: 4 }),
    unit,
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    target ?? '',
  ]);
}

/** @param {string[]} header @param {string[][]} rows */
function formatTable(header, rows) {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
