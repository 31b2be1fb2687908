import { expect, test } from 'vitest';
import type { Verification, VerifiedFile } from '../../engine/contract/package-verification.ts';
import { describeFiles, describeSignature } from '../../renderer/package/verification-words.ts';

const file = (name: string, state: VerifiedFile['state']): VerifiedFile => ({ name, sha256: null, found: null, state });

function verification(files: VerifiedFile[], signature: Partial<Verification['signature']> = {}): Verification {
  const unsigned = { state: 'none', keyId: null, signedBy: null, signedAt: null, message: null } as const;
  return { model: 'price', version: 1, ok: true, files, signature: { ...unsigned, ...signature } };
}

test('files are counted, or those with a fault named', () => {
  expect(describeFiles(verification([file('a', 'same'), file('b', 'same')]))).toBe('2 files, all as packaged.');
  expect(describeFiles(verification([file('a', 'changed'), file('b', 'missing'), file('c', 'same')]))).toBe(
    'a was changed, b is gone.',
  );
});

test('a signature is told with who made it, or with why it does not hold', () => {
  expect(describeSignature(verification([]))).toBe('Not signed.');
  expect(describeSignature(verification([], { state: 'valid', signedBy: 'Ann', keyId: '0123456789abcdef' }))).toBe(
    'Signed by Ann with the key 0123456789ab.',
  );
  expect(describeSignature(verification([], { state: 'invalid', message: 'Its file is gone.' }))).toBe(
    'Its file is gone.',
  );
});
