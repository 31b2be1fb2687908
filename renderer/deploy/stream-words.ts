import type { DeploymentStream, StreamSpec } from '../../engine/contract/deploy-streams.ts';
import type { StateTone } from '../ui/state-tone.ts';

/** How a stream does, in a word, and what keeps it from doing. */
export function streamState({ status }: DeploymentStream): { tone: StateTone; text: string; fault?: string } {
  if (!status) return { tone: 'idle', text: 'the server is off' };
  const fault = status.lastError ?? undefined;
  if (status.connected) return { tone: 'good', text: 'connected', fault };
  return fault === undefined
    ? { tone: 'information', text: 'connecting' }
    : { tone: 'bad', text: 'not connected', fault };
}

export const passwordWords: Partial<Record<DeploymentStream['password'], string>> = {
  missing: 'Its password is not known: change the stream and give it again.',
  session: 'This machine has no keychain: the password is forgotten when Galley ends.',
};

/** What a form of a stream holds, as texts. */
export interface StreamForm {
  name: string;
  url: string;
  subscribe: string;
  publish: string;
  qos: '0' | '1';
  username: string;
  password: string;
}

export function formOf(stream?: StreamSpec): StreamForm {
  return {
    name: stream?.name ?? '',
    url: stream?.url ?? 'mqtt://127.0.0.1:1883',
    subscribe: stream?.subscribe ?? '',
    publish: stream?.publish ?? '',
    qos: stream?.qos === 0 ? '0' : '1',
    username: stream?.username ?? '',
    password: '',
  };
}

/** The stream of a form; what the form does not hold stays as it was. */
export function streamOf(
  { name, url, subscribe, publish, qos, username }: StreamForm,
  before?: StreamSpec,
): StreamSpec {
  return {
    kind: 'mqtt',
    name: name.trim(),
    url: url.trim(),
    subscribe: subscribe.trim(),
    publish: publish.trim(),
    qos: qos === '0' ? 0 : 1,
    ...(username.trim() !== '' && { username: username.trim() }),
    ...(before?.passwordVariable !== undefined && { passwordVariable: before.passwordVariable }),
  };
}
