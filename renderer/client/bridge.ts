import type { GalleyBridge } from '../../engine/contract/bridge.ts';

/** What the desktop shell offers; undefined in a browser. */
export function desktop(): GalleyBridge | undefined {
  return typeof window === 'undefined' ? undefined : window.galley;
}
