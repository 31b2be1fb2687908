import type { Migration } from './index.ts';

export const deploy: Migration = {
  name: 'deploy',
  sql: '',
};
