import type { CallInput } from '../../client/client.ts';

export type RemoteKind = 'folder' | 's3' | 'ssh';

/** What is written in the form, all kinds together. */
export interface RemoteFields {
  name: string;
  kind: RemoteKind;
  path: string;
  bucket: string;
  endpoint: string;
  region: string;
  accessKey: string;
  secret: string;
  host: string;
  keyFile: string;
  hostKey: string;
}

export const emptyRemote: RemoteFields = {
  name: '',
  kind: 'folder',
  path: '',
  bucket: '',
  endpoint: '',
  region: '',
  accessKey: '',
  secret: '',
  host: '',
  keyFile: '',
  hostKey: '',
};

const namePattern = /^[a-z][a-z0-9_-]*$/;

/** What is missing before the remote can be added. */
export function remoteProblem(fields: RemoteFields): string | undefined {
  if (!namePattern.test(fields.name)) return 'Give it a name.';
  const wanted = { folder: [fields.path], s3: [fields.bucket], ssh: [fields.host, fields.path] }[fields.kind];
  return wanted.every((text) => text.trim() !== '') ? undefined : 'Say where it is.';
}

function addressOf({ kind, path, bucket, host }: RemoteFields): string {
  switch (kind) {
    case 'folder':
      return path.trim();
    case 's3':
      return `s3://${bucket.trim().replace(/^s3:\/\//, '')}`;
    case 'ssh':
      return `ssh://${host.trim().replace(/^ssh:\/\//, '')}/${path.trim().replace(/^\/+/, '')}`;
  }
}

const given = (text: string) => (text.trim() === '' ? undefined : text.trim());

/** The input of `data.addRemote`. */
export function remoteInput(fields: RemoteFields): CallInput<'data.addRemote'> {
  const { name, kind, endpoint, region, accessKey, secret, keyFile, hostKey } = fields;
  const own =
    kind === 's3'
      ? { endpoint: given(endpoint), region: given(region), accessKey: given(accessKey) }
      : kind === 'ssh'
        ? { keyFile: given(keyFile), hostKey: given(hostKey) }
        : {};
  return {
    name,
    address: addressOf(fields),
    ...own,
    secret: kind === 'folder' || secret === '' ? undefined : secret,
  };
}

/** Whose versions are shared: of datasets, or of models with the datasets that they learned from. */
export type Shared = 'data' | 'package';
