import { networkError } from '../../../base/network-errors.ts';

/** Why a message could not be told. */
export class Failure extends Error {
  /** Whether the same may do better later. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean) {
    super(message);
    this.mayPass = mayPass;
  }
}

/** @param place for messages about the network, without secrets */
export function failure(reason: unknown, mayPass: boolean, place = ''): Failure {
  if (reason instanceof Failure) return reason;
  if (typeof reason === 'string') return new Failure(reason, mayPass);
  const message =
    networkError(reason, place)?.message ?? `${place}: ${reason instanceof Error ? reason.message : reason}`;
  return new Failure(message, mayPass);
}
