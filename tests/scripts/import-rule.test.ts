import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutFolder } from '../support/needs.ts';

/** Each forbidden import with the rule that must catch it. */
const forbidden = [
  ['engine/contract/call.ts', 'engine/base/ids.ts', 'engine-order-contract'],
  ['engine/base/ids.ts', 'engine/store/project.ts', 'engine-order-base'],
  ['engine/statistics/summary.ts', 'engine/jobs/job-queue.ts', 'engine-order-statistics'],
  ['engine/data/index.ts', 'engine/train/index.ts', 'engine-order-data'],
  ['engine/monitor/index.ts', 'engine/retrain/index.ts', 'engine-order-monitor'],
  ['engine/bridges/mlflow.ts', 'engine/app.ts', 'engine-order-bridges'],
  ['engine/serving/main.ts', 'engine/store/project.ts', 'serving-stands-alone'],
  ['engine/train/recipe.ts', 'engine/data/schema.ts', 'door-data'],
  ['engine/app.ts', 'engine/package/registry.ts', 'door-package'],
  ['engine/job.ts', 'engine/data/schema.ts', 'door-job'],
  ['engine/app.ts', 'engine/main.ts', 'app-before-entries'],
  ['engine/server.ts', 'engine/command-line/command.ts', 'command-line-last'],
  ['engine/contract/events.ts', 'node:fs', 'contract-without-node'],
  ['engine/statistics/curves.ts', 'node:fs', 'statistics-without-io'],
  ['engine/main.ts', 'renderer/app/main.ts', 'engine-alone'],
  ['renderer/app/main.ts', 'engine/base/ids.ts', 'renderer-uses-contract'],
  ['renderer/data/rows.ts', 'node:fs', 'renderer-without-node'],
  ['renderer/ui/button.ts', 'renderer/data/rows.ts', 'renderer-parts-without-phases'],
  ['renderer/charts/line.ts', 'renderer/monitor/lanes.ts', 'renderer-parts-without-phases'],
  ['renderer/client/client.ts', 'renderer/retrain/gate.ts', 'renderer-parts-without-phases'],
  ['electron/main.ts', 'engine/base/clock.ts', 'electron-uses-contract'],
  ['engine/store/duck.ts', 'electron', 'electron-only-in-shell'],
  ['renderer/app/shell.ts', 'electron', 'electron-only-in-shell'],
  ['engine/base/circle-a.ts', 'engine/base/circle-b.ts', 'no-cycles'],
  ['engine/base/lost.ts', 'engine/base/nowhere.ts', 'resolvable'],
] as const;

const allowed = [
  ['engine/base/random.ts', 'engine/contract/call.ts'],
  ['engine/store/blobs.ts', 'engine/base/clock.ts'],
  ['engine/serving/batcher.ts', 'engine/base/clock.ts'],
  ['engine/retrain/index.ts', 'engine/data/index.ts'],
  ['engine/train/leaks.ts', 'engine/data/for-jobs.ts'],
  ['engine/job.ts', 'engine/data/versions/import-job.ts'],
  ['engine/main.ts', 'engine/app.ts'],
  ['engine/cli.ts', 'engine/command-line/command.ts'],
  ['renderer/monitor/lanes.ts', 'engine/contract/call.ts'],
  ['renderer/monitor/page.ts', 'renderer/ui/card.ts'],
  ['electron/preload.ts', 'engine/contract/call.ts'],
  ['electron/window.ts', 'electron'],
] as const;

/** Closes the circle, which is reported once, at its first import. */
const wayBack = ['engine/base/circle-b.ts', 'engine/base/circle-a.ts'] as const;

let folder = '';
let violations: string[] = [];

/** A small project with exactly these imports, cruised once with the checkout's rules. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-import-rule-'));
  const imports = new Map<string, string[]>();
  for (const [from, to] of [...forbidden, ...allowed, wayBack]) {
    imports.set(from, [...(imports.get(from) ?? []), to]);
    if (to.includes('/') && to !== 'engine/base/nowhere.ts') imports.set(to, imports.get(to) ?? []);
  }
  imports.set('node_modules/electron/index.js', []);
  for (const [file, targets] of imports) {
    const lines = targets.map((target) => `import '${specifier(file, target)}';`);
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), lines.join('\n') || 'export {};');
  }
  writeFileSync(join(folder, 'tsconfig.json'), '{}');
  writeFileSync(join(folder, 'package.json'), '{ "devDependencies": { "electron": "1.0.0" } }');
  violations = cruise();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(forbidden)('%s may not import %s (%s)', (from, to, rule) => {
  expect(violations).toContain(`${rule}: ${from} → ${to}`);
});

test.each(allowed)('%s may import %s', (from, to) => {
  expect(violations.filter((violation) => violation.endsWith(`: ${from} → ${to}`))).toEqual([]);
});

function specifier(file: string, target: string): string {
  if (!target.includes('/')) return target;
  const path = relative(dirname(file), target);
  return path.startsWith('.') ? path : `./${path}`;
}

function cruise(): string[] {
  const cli = join(checkoutFolder, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const config = join(checkoutFolder, '.dependency-cruiser.cjs');
  const args = [cli, '--config', config, '--output-type', 'json', 'engine', 'renderer', 'electron'];
  const { summary } = JSON.parse(run(args)) as {
    summary: { violations: { from: string; to: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, to, rule }) => {
    const target = to === 'fs' ? 'node:fs' : to.includes('electron/index.js') ? 'electron' : to;
    return `${rule.name}: ${from} → ${target.replace(/^\.\//, 'engine/base/')}`;
  });
}

/** Standard output, whatever the exit code: the cruiser counts its findings in it. */
function run(args: string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
