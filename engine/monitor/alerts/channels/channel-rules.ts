import { GalleyError } from '../../../base/errors.ts';
import { isLoopback, loopbackUrlHosts } from '../../../contract/network-access.ts';
import type { ChannelSpec } from './channel-store.ts';

type Field = Exclude<keyof ChannelSpec, 'name' | 'kind'>;

const fieldsOf: Record<ChannelSpec['kind'], { needed: Field[]; allowed: Field[] }> = {
  webhook: { needed: ['url'], allowed: [] },
  email: { needed: ['host', 'from', 'to'], allowed: ['port', 'security', 'user'] },
  command: { needed: ['command'], allowed: [] },
};

/** One mailbox without a display name, a comment or a line break. */
const mailbox = /^[^\s<>(),;:"\\@[\]\p{Cc}]+@[^\s<>(),;:"\\@[\]\p{Cc}]+$/u;

/** @throws GalleyError `monitor.channel_incomplete` */
export function requireUsable(spec: ChannelSpec): void {
  const { needed, allowed } = fieldsOf[spec.kind];
  const given = Object.keys(spec).filter((field) => field !== 'name' && field !== 'kind') as Field[];
  const missing = needed.filter((field) => !given.includes(field));
  if (missing.length > 0) throw unusable(spec, `it has no ${missing.join(' and no ')}`);
  const extra = given.filter((field) => !needed.includes(field) && !allowed.includes(field));
  if (extra.length > 0) throw unusable(spec, `it is a ${spec.kind} and takes no ${extra.join(' and no ')}`);
  if (spec.kind === 'webhook') requireUrl(spec);
  if (spec.kind === 'email') requireMail(spec);
}

function requireUrl(spec: ChannelSpec): void {
  const url = URL.parse(spec.url as string);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw unusable(spec, 'its url must begin with https:// or, on this machine, http://');
  }
  if (url.username !== '' || url.password !== '') {
    throw unusable(spec, 'its url holds a user or a password; give a secret beside it');
  }
  if (url.protocol === 'http:' && !loopbackUrlHosts.includes(url.hostname)) {
    throw unusable(spec, 'its url needs https, since it leads to another machine');
  }
}

function requireMail(spec: ChannelSpec): void {
  const wrong = [spec.from as string, ...(spec.to as string[])].find((address) => !mailbox.test(address));
  if (wrong !== undefined) throw unusable(spec, `${JSON.stringify(wrong)} is no address of one mailbox`);
  if (spec.security === 'none' && !isLoopback(spec.host as string)) {
    throw unusable(spec, 'its server is on another machine and needs tls or starttls');
  }
}

function unusable({ name }: ChannelSpec, reason: string): GalleyError {
  return new GalleyError('monitor.channel_incomplete', `The channel ${name} cannot be kept: ${reason}.`, {
    details: { name, reason },
  });
}
