import type { Migration } from './index.ts';

export const monitor: Migration = {
  name: 'monitor',
  sql: '',
};
