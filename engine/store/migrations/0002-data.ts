import type { Migration } from './index.ts';

export const data: Migration = {
  name: 'data',
  sql: '',
};
