import type { Migration } from './index.ts';

/** An S3-compatible remote may be opened by a role that is taken on with an identity token, and then needs no key. */
export const remoteRoles: Migration = {
  name: 'remote-roles',
  sql: 'ALTER TABLE remotes ADD COLUMN role TEXT;',
};
