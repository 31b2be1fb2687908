import type { Migration } from './index.ts';

export const retrain: Migration = {
  name: 'retrain',
  sql: '',
};
