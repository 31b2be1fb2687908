/** What the environment variables with secrets of channels begin with. */
export const secretVariables = 'GALLEY_ALERT_SECRET_';

/** Where a machine has no keychain: `GALLEY_ALERT_SECRET_ON_CALL` of the channel `on-call`. */
export function variableOf(channel: string): string {
  return `${secretVariables}${channel.replaceAll('-', '_').toUpperCase()}`;
}
