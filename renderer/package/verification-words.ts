import type { Verification, VerifiedFile } from '../../engine/contract/package-verification.ts';
import { formatQuantity } from '../ui/format.ts';

const faults: Partial<Record<VerifiedFile['state'], string>> = { changed: 'was changed', missing: 'is gone' };

/** What a check of a version's files found, in one sentence. */
export function describeFiles({ files }: Verification): string {
  const faulty = files.flatMap(({ name, state }) => (faults[state] ? [`${name} ${faults[state]}`] : []));
  if (faulty.length > 0) return `${faulty.join(', ')}.`;
  return `${formatQuantity(files.length, 'file')}, all as packaged.`;
}

/** Who signed a version, and whether that holds. */
export function describeSignature({ signature }: Verification): string {
  const { state, signedBy, keyId, message } = signature;
  if (state === 'none') return 'Not signed.';
  if (state !== 'valid') return message ?? '';
  return `Signed by ${signedBy} with the key ${keyId?.slice(0, 12)}.`;
}
