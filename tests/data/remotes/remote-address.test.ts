import { expect, test } from 'vitest';
import { parseRemoteAddress, writeAddress } from '../../../engine/data/remotes/remote-address.ts';

test.for([
  ['/srv/galley/', { kind: 'folder', path: '/srv/galley' }, '/srv/galley'],
  ['/', { kind: 'folder', path: '/' }, '/'],
  ['file:///srv/my%20data', { kind: 'folder', path: '/srv/my data' }, '/srv/my data'],
  ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '' }, 's3://bucket'],
  ['s3://bucket/a/b/', { kind: 's3', bucket: 'bucket', prefix: 'a/b' }, 's3://bucket/a/b'],
  [
    'ssh://ada@host:2222/srv/x',
    { kind: 'ssh', user: 'ada', host: 'host', port: 2222, path: '/srv/x' },
    'ssh://ada@host:2222/srv/x',
  ],
  ['sftp://host/x', { kind: 'ssh', user: null, host: 'host', port: 22, path: '/x' }, 'ssh://host/x'],
  ['ada@host:/x', { kind: 'ssh', user: 'ada', host: 'host', port: 22, path: '/x' }, 'ssh://ada@host/x'],
  ['ssh://[::1]:2222/x', { kind: 'ssh', user: null, host: '::1', port: 2222, path: '/x' }, 'ssh://[::1]:2222/x'],
] as const)('%s', ([address, place, written]) => {
  expect(parseRemoteAddress(address)).toEqual(place);
  expect(writeAddress(parseRemoteAddress(address))).toBe(written);
});

test.for(['data', './data', 's3://', 'ssh://host', 'ssh://host/', 'https://example.org/x', 'host:relative'])(
  '%s is refused',
  (address) => {
    expect(() => parseRemoteAddress(address)).toThrow(expect.objectContaining({ code: 'data.invalid_remote' }));
  },
);

test.for(['ssh://ada:pass-word@host/x', 's3://key:pass-word@bucket/x'])(
  'a password in an address is refused and not repeated: %s',
  (address) => {
    expect(() => parseRemoteAddress(address)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('pass-word') }),
    );
  },
);
