import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { packageCalls } from '../contract/package.ts';
import type { Verification, VerifiedFile, VerifiedSignature } from '../contract/package-verification.ts';
import { type Command, type Flags, given, usageError } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

const stateWords: Record<VerifiedFile['state'], string> = {
  same: 'as packaged',
  changed: 'CHANGED',
  missing: 'MISSING',
  extra: 'not of the version',
};

export const packageVerificationCommands: Command[] = [
  {
    words: 'package verify',
    usage: 'MODEL[@V] | --folder DIR [--key PUBLIC.pem]',
    summary:
      'Compares every file of a version, or of an exported folder, with what was packaged; exit 1 where one differs.',
    example: 'galley package verify --folder ./price',
    flags: { folder: text, key: text },
    positionals: { minimum: 0, maximum: 1 },
    call: (flags) => (namesFolder(flags) ? 'package.verifyFolder' : 'package.verify'),
    input: ([reference], flags) => {
      if ((reference === undefined) !== namesFolder(flags))
        throw usageError('package verify takes MODEL[@V] or --folder DIR.');
      const key = typeof flags.key === 'string' ? resolve(flags.key) : undefined;
      return given(namesFolder(flags) ? { folder: resolve(flags.folder), key } : { reference, key });
    },
    withoutProject: {
      wanted: namesFolder,
      run: async (input) => {
        const { verifyFolder } = await import('../package/index.ts');
        return verifyFolder(input.folder as string, input.key as string | undefined);
      },
    },
    print: ({ model, version, ok, files, signature }: Verification) => [
      ...table(
        ['file', 'state', 'sha256'],
        files.map(({ name, state, found }) => [name, stateWords[state], found?.slice(0, 12)]),
      ),
      '',
      signatureLine(signature),
      ok ? `${model}@${version} is what was packaged.` : `${model}@${version} is NOT what was packaged.`,
    ],
    exitCode: ({ ok }: Verification) => (ok ? 0 : 1),
  },
  {
    words: 'package sign',
    usage: 'MODEL[@V] [--key PRIVATE.pem]',
    summary: 'Signs the files of a version (OpenSSF Model Signing) with your key, which is made where you have none.',
    example: 'galley package sign price@3',
    flags: { key: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'package.sign',
    input: ([reference], { key }) => given({ reference, key: typeof key === 'string' ? resolve(key) : undefined }),
    print: ({ model, version, keyId, signedBy, publicKeyPath }: OutputOf<typeof packageCalls.sign>) => [
      `${model}@${version} is signed by ${signedBy} with the key ${keyId.slice(0, 12)}.`,
      ...(publicKeyPath === null ? [] : [`Who verifies it needs ${publicKeyPath}.`]),
    ],
  },
];

function namesFolder(flags: Flags): flags is Flags & { folder: string } {
  return typeof flags.folder === 'string';
}

function signatureLine({ state, keyId, signedBy, message }: VerifiedSignature): string {
  if (state === 'none') return 'Not signed.';
  if (state !== 'valid') return message ?? '';
  return `Signed${signedBy === null ? '' : ` by ${signedBy}`} with the key ${keyId?.slice(0, 12)}.`;
}
