import type { Migration } from './index.ts';

export const train: Migration = {
  name: 'train',
  sql: '',
};
