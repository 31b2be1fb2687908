import { GalleyError } from '../../base/errors.ts';

export function notFound(address: string, what: string): GalleyError {
  return new GalleyError('project.git_not_found', `${address}: ${what}.`, { details: { address } });
}

export function behind(address: string): GalleyError {
  return new GalleyError('project.git_behind', `${address} has commits that are not here.`, { details: { address } });
}

export function pushRefused(address: string, reason: string): GalleyError {
  return new GalleyError('project.git_push_refused', `${address} took nothing: ${reason}.`, { details: { address } });
}

export function tooLarge(address: string, megabytes: number): GalleyError {
  const message = `${address} has more than ${megabytes} MB to fetch; a project of Galley's has far less.`;
  return new GalleyError('project.git_refused', message, { details: { address } });
}

const damages: ReadonlySet<string | undefined> = new Set([
  'UnsafeFilepathError',
  'InternalError',
  'ObjectTypeError',
  'DecompressionError',
  'InvalidOidError',
  'InvalidRefNameError',
  'NotFoundError',
]);

/** Reads what comes from elsewhere. @throws GalleyError `project.git_refused` where it is damaged, or was made to lead elsewhere */
export async function readingStrangers<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (error instanceof GalleyError || !damages.has(code)) throw error;
    const reason =
      code === 'UnsafeFilepathError' ? 'a path leads elsewhere' : `it is damaged (${message.slice(0, 300)})`;
    throw new GalleyError('project.git_refused', `Nothing was taken from the repository: ${reason}.`, { cause: error });
  }
}
