import type { GateCheck } from '../../contract/retrain-artifacts.ts';
import type { Signature } from '../../contract/values.ts';
import { breakingChanges } from '../../serving/signature-changes.ts';

/** Whether every request that fitted the champion fits the challenger, and is answered in the same form. */
export function signatureCheck(champion: Signature, challenger: Signature): GateCheck {
  const breaking = breakingChanges(champion, challenger);
  return {
    name: 'signature',
    passed: breaking.length === 0,
    detail:
      breaking.length === 0
        ? 'it takes all that the champion takes'
        : `it may refuse what callers send to the champion: ${breaking.join('; ')}`,
  };
}
