import { GalleyError } from '../../base/errors.ts';

/**
 * The error for a file that contradicts its own format.
 * @param place where in the file, such as `learner.objective.name`.
 */
export function damagedFile(place: string, fault: string): GalleyError {
  return new GalleyError('package.model_file_damaged', `The model file is damaged at ${place}: ${fault}.`, {
    details: { place },
  });
}

/** The error for something that the format allows and that cannot be converted. */
export function unsupportedModel(what: string, hint?: string): GalleyError {
  return new GalleyError('package.model_file_unsupported', `${what} cannot be converted.`, hint ? { hint } : {});
}
