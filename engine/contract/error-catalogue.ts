import { dataErrors } from './error-catalogue/data-errors.ts';
import { deployErrors } from './error-catalogue/deploy-errors.ts';
import { engineErrors } from './error-catalogue/engine-errors.ts';
import { monitorErrors } from './error-catalogue/monitor-errors.ts';
import { packageErrors } from './error-catalogue/package-errors.ts';
import { projectErrors } from './error-catalogue/project-errors.ts';
import { retrainErrors } from './error-catalogue/retrain-errors.ts';
import { servingErrors } from './error-catalogue/serving-errors.ts';
import { trainErrors } from './error-catalogue/train-errors.ts';

/**
 * Every error code of Galley. A code is `<area>.<what>`; a test compares this table, docs/errors.md and what the code
 * throws.
 */
export const errorCatalogue = {
  ...engineErrors,
  ...projectErrors,
  ...dataErrors,
  ...trainErrors,
  ...packageErrors,
  ...servingErrors,
  ...deployErrors,
  ...monitorErrors,
  ...retrainErrors,
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
