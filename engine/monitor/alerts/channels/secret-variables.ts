const prefix = 'GALLEY_ALERT_SECRET_';

/** Whether an environment variable holds a secret of a channel, or of a webhook of a pipeline. */
export function isSecretVariable(name: string): boolean {
  return name.startsWith(prefix) || name.startsWith('GALLEY_WEBHOOK_SECRET_');
}

/** Where a machine has no keychain: `GALLEY_ALERT_SECRET_ON_CALL` of the channel `on-call`. */
export function variableOf(channel: string): string {
  return `${prefix}${channel.replaceAll('-', '_').toUpperCase()}`;
}
