import type { IncomingMessage } from 'node:http';
import { GalleyError } from '../base/errors.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { Receipt } from './predict-call.ts';

/** What answers a path. */
export interface HttpRoute {
  method: 'GET' | 'POST';
  answer(request: IncomingMessage, receipt: Receipt): HttpAnswer | Promise<HttpAnswer>;
}

export type HttpRoutes = ReadonlyMap<string, HttpRoute>;

/** The path of a request without its query. */
export function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

/**
 * The route of a request. HEAD counts as GET.
 * @throws GalleyError `serving.unknown_path`, `serving.method_not_allowed`
 */
export function findRoute(routes: HttpRoutes, path: string, method: string | undefined): HttpRoute {
  const route = routes.get(path);
  if (!route) {
    const paths = [...routes.keys()].join(', ');
    throw new GalleyError(
      'serving.unknown_path',
      `There is no ${JSON.stringify(path.slice(0, 80))} here, only ${paths}.`,
    );
  }
  const asked = method === 'HEAD' ? 'GET' : method;
  if (asked !== route.method) {
    throw new GalleyError('serving.method_not_allowed', `${path} takes ${route.method}, not ${method}.`, {
      details: { allowed: route.method },
    });
  }
  return route;
}
