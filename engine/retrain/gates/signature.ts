import { count } from '../../base/words.ts';
import type { GateCheck } from '../../contract/retrain-artifacts.ts';
import type { Signature } from '../../contract/values.ts';
import { breakingChanges } from '../../serving/signature-changes.ts';

/** Changes that are named; a model may have hundreds of columns. */
const mostNamed = 5;

/** Whether every request that fitted the champion fits the challenger, and is answered in the same form. */
export function signatureCheck(champion: Signature, challenger: Signature): GateCheck {
  const breaking = breakingChanges(champion, challenger);
  return {
    name: 'signature',
    passed: breaking.length === 0,
    detail:
      breaking.length === 0
        ? 'it takes all that the champion takes'
        : `it may refuse what callers send to the champion: ${named(breaking)}`,
  };
}

function named(changes: readonly string[]): string {
  const rest = changes.length - mostNamed;
  return [...changes.slice(0, mostNamed), ...(rest > 0 ? [`and ${count(rest, 'further change')}`] : [])].join('; ');
}
