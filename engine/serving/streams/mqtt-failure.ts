/** What a broker's code says where it lets nobody in: section 3.2.2.3 of MQTT 3.1.1. */
const refusals: Readonly<Record<number, string>> = {
  1: 'does not speak MQTT 3.1.1',
  2: 'refuses the client id of this stream',
  3: 'is not ready for clients',
  4: 'refuses the user name or the password',
  5: 'does not let this user in: check the user name and the password',
};

/** Of the operating system. */
const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'cannot be found: check the name of its machine',
  EAI_AGAIN: 'cannot be found at the moment: check the network',
  ECONNREFUSED: 'does not answer: nothing listens at that port',
  ECONNRESET: 'cut the connection',
  ETIMEDOUT: 'does not answer',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
};

/** Why there is no connection to a broker, in words. */
export function mqttFailure(url: string, error: Error & { code?: unknown }): string {
  const { host } = new URL(url);
  const { code, message } = error;
  const known = typeof code === 'number' ? refusals[code] : unreachable[String(code)];
  if (known !== undefined) return `The broker ${host} ${known}.`;
  if (message === 'connack timeout') return `The broker ${host} does not answer as a broker does.`;
  return `The broker ${host} cannot be reached: ${message || code || 'no reason given'}.`;
}
