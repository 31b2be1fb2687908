import type { Webhook } from '../../../engine/contract/retrain-triggers.ts';

/** Where the secret of a webhook is. */
export function secretWords({ place, variable }: Pick<Webhook, 'place' | 'variable'>): string {
  switch (place) {
    case 'keychain':
      return 'Its secret is in the keychain of this system.';
    case 'session':
      return `This machine has no keychain: the secret is forgotten when the engine ends. To keep it, give it to the engine in the environment variable ${variable}.`;
    case 'environment':
      return `Its secret is in ${variable} of the engine's environment; change it there.`;
    case 'missing':
    case 'none':
      return 'It has no secret, so nobody is let in.';
  }
}

/** How a shell calls it, the secret in an environment variable. */
export function curlExample(address: string, { variable }: Pick<Webhook, 'variable'>): string {
  return `curl -X POST ${address} \\\n  -H "Authorization: Bearer $${variable}"`;
}
