import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GalleyError } from '../base/errors.ts';

const portsTried = 100;
const largestPort = 65535;

export interface ListenAddress {
  host: string;
  /** 0 takes any. */
  port: number;
  /** No other port will do. */
  exactPort: boolean;
}

/**
 * Listens on the port, or on the next one that is free where it need not be that one.
 * @returns the port
 * @throws GalleyError `serving.no_free_port`
 */
export async function listen(server: Server, { host, port, exactPort }: ListenAddress): Promise<number> {
  const last = port === 0 || exactPort ? port : Math.min(port + portsTried - 1, largestPort);
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      return await listenOn(server, host, candidate);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') continue;
      throw new GalleyError('serving.no_free_port', `${host}:${candidate} cannot be opened: ${message}`, {
        details: { host, port: candidate },
        cause,
      });
    }
  }
  const taken =
    last === port ? `The port ${port} of ${host} is taken` : `The ports ${port} to ${last} of ${host} are all taken`;
  throw new GalleyError('serving.no_free_port', `${taken}.`, { details: { host, port } });
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
