import type { Migration } from './index.ts';

export const packageTables: Migration = {
  name: 'package',
  sql: '',
};
