import { expect, test } from 'vitest';
import { fingerprint, knownKeysIn } from '../../../engine/data/remotes/known-hosts.ts';

// Made by `ssh-keygen -t ed25519`, hashed by `ssh-keygen -H`; the fingerprint is what `ssh-keygen -lf` says.
const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIC1b5uOlR6KtNuEFPL7jrpm/zXQYh3PkhR5FALpw+IDr';
const hashed = [
  `|1|fwBR4jnBm5poWlx7EM1CeJEndKM=|qXodQgmAOEPJhavMFC1FyLCSCvI= ssh-ed25519 ${key}`,
  `|1|5ld+2VzsrkN/EZIDQYaWG6/mH0I=|cXVrRgwVw/MJOn0DIkJ9Ni4h2q0= ssh-ed25519 ${key}`,
].join('\n');
const known = [{ type: 'ssh-ed25519', key }];

test('plain names, several in a line, with and without a port', () => {
  const text = `# mine\n\nother,Data.Example.org ssh-ed25519 ${key}\n[data.example.org]:2222 ssh-rsa AAAAB3\r\n`;
  expect(knownKeysIn(text, 'data.example.org', 22)).toEqual(known);
  expect(knownKeysIn(text, 'data.example.org', 2222)).toEqual([{ type: 'ssh-rsa', key: 'AAAAB3' }]);
  expect(knownKeysIn(text, 'example.org', 22)).toEqual([]);
});

test('hashed names', () => {
  expect(knownKeysIn(hashed, 'data.example.org', 22)).toEqual(known);
  expect(knownKeysIn(hashed, 'data.example.org', 2222)).toEqual(known);
  expect(knownKeysIn(hashed, 'data.example.com', 22)).toEqual([]);
});

test('revoked keys, authorities and patterns make no host known', () => {
  const text = `@revoked data.example.org ssh-ed25519 ${key}\n@cert-authority * ssh-ed25519 ${key}\n*.example.org ssh-ed25519 ${key}`;
  expect(knownKeysIn(text, 'data.example.org', 22)).toEqual([]);
});

test('the fingerprint is the one that ssh shows', () => {
  expect(fingerprint(Buffer.from(key, 'base64'))).toBe('SHA256:ltrxltmFy+fRr2fWDW+BJL0RHjWoN/+qJUMstUgClTY');
});
