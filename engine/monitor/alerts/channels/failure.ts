import { networkError } from '../../../base/network-errors.ts';
import { oneLine } from './message.ts';

/** Servers and programs say why they fail in as many words and lines as they like. */
const longestMessage = 500;

/** Why a message could not be told, in one line. */
export class Failure extends Error {
  /** Whether the same may do better later. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean) {
    super(oneLine(message).slice(0, longestMessage));
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
