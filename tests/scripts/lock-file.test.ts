import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingPackages } from '../../scripts/complete-lock.mjs';
import { checkoutFolder } from '../support/needs.ts';

test('package-lock.json names the optional packages of every platform', () => {
  const { packages } = JSON.parse(readFileSync(join(checkoutFolder, 'package-lock.json'), 'utf8'));
  expect(missingPackages(packages)).toEqual([]);
});

test('a missing package follows from its parent and its name', () => {
  const packages = {
    'node_modules/tool': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: { '@tool/linux-x64-musl': '2.0.0', '@tool/darwin-arm64': '2.0.0' },
    },
    'node_modules/@tool/darwin-arm64': { version: '2.0.0' },
  };
  const entry = { version: '2.0.0', cpu: ['x64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] };
  expect(missingPackages(packages)).toEqual([['node_modules/@tool/linux-x64-musl', entry]]);
});

test('another version at the top does not count for a nested parent', () => {
  const packages = {
    'node_modules/a/node_modules/tool': { version: '1.0.0', optionalDependencies: { 'tool-win32-x64': '1.0.0' } },
    'node_modules/tool-win32-x64': { version: '2.0.0' },
  };
  const [path] = missingPackages(packages)[0] ?? [];
  expect(path).toBe('node_modules/a/node_modules/tool/node_modules/tool-win32-x64');
});

test('a name that does not tell its platform is refused', () => {
  const packages = { 'node_modules/tool': { optionalDependencies: { helper: '1.0.0' } } };
  expect(() => missingPackages(packages)).toThrow('helper@1.0.0');
});
