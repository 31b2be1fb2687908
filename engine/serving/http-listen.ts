import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GalleyError } from '../base/errors.ts';

const portsTried = 100;
const largestPort = 65535;

/**
 * Listens on the port, or on the next one that is free; 0 takes any.
 * @returns the port
 * @throws GalleyError `serving.no_free_port`
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  const last = port === 0 ? 0 : Math.min(port + portsTried - 1, largestPort);
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
  throw new GalleyError('serving.no_free_port', `The ports ${port} to ${last} of ${host} are all taken.`, {
    details: { host, port },
  });
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
