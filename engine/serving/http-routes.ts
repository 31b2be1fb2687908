import type { IncomingMessage } from 'node:http';
import { GalleyError } from '../base/errors.ts';
import type { ExchangeIds, HttpAnswer } from './http-answer.ts';
import type { Receipt } from './predictor.ts';

/** A request that has found its route. */
export interface HttpCall {
  request: IncomingMessage;
  receipt: Receipt;
  /** What stands in the path where its pattern has braces. */
  parameters: Readonly<Record<string, string>>;
  /** Counts another request of the caller, as a line of its stream; milliseconds until it may have one, 0 where it was counted. */
  takeMore(): number;
}

/** What answers a path. */
export interface HttpRoute {
  method: 'GET' | 'POST';
  /** `/v1/models/{model}:predict`: braces stand for any text without a slash and a colon. */
  path: string;
  /** It answers rows, so it counts as a prediction request. */
  predicts?: true;
  /** Its requests may take any time. */
  endless?: true;
  answer(call: HttpCall): HttpAnswer | Promise<HttpAnswer>;
}

/** Routes that share a form of errors. */
export interface HttpProtocol {
  /** Paths that begin so are this protocol's, also those that it does not have. */
  prefix?: string;
  routes: readonly HttpRoute[];
  /** Any thrown value in this protocol's form. */
  refusal(thrown: unknown, ids: ExchangeIds): HttpAnswer;
}

/** Where a request belongs; the route is null where there is none of that path. */
export interface FoundRoute {
  protocol: HttpProtocol;
  route: HttpRoute | null;
  parameters: Readonly<Record<string, string>>;
}

interface RoutePattern {
  protocol: HttpProtocol;
  route: HttpRoute;
  pattern: RegExp;
}

const noParameters = {};

/** The path of a request without its query. */
export function pathOf(request: Pick<IncomingMessage, 'url'>): string {
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

/** All routes of a server by their paths. */
export class HttpRoutes {
  readonly #protocols: readonly [HttpProtocol, ...HttpProtocol[]];
  readonly #fixed = new Map<string, FoundRoute>();
  readonly #patterns: RoutePattern[] = [];

  /** @param protocols the first one refuses the paths that belong to none */
  constructor(protocols: readonly [HttpProtocol, ...HttpProtocol[]]) {
    this.#protocols = protocols;
    for (const protocol of protocols) {
      for (const route of protocol.routes) {
        if (!route.path.includes('{')) this.#fixed.set(route.path, { protocol, route, parameters: noParameters });
        else this.#patterns.push({ protocol, route, pattern: patternOf(route.path) });
      }
    }
  }

  find(path: string): FoundRoute {
    const fixed = this.#fixed.get(path);
    if (fixed) return fixed;
    for (const { protocol, route, pattern } of this.#patterns) {
      const groups = pattern.exec(path)?.groups;
      const parameters = groups && decoded(groups);
      if (parameters) return { protocol, route, parameters };
    }
    const owner = this.#protocols.find(({ prefix }) => prefix !== undefined && path.startsWith(prefix));
    return { protocol: owner ?? this.#protocols[0], route: null, parameters: noParameters };
  }
}

/**
 * The route that was found, where the request has its method. HEAD counts as GET.
 * @throws GalleyError `serving.unknown_path`, `serving.method_not_allowed`
 */
export function requireRoute({ route }: FoundRoute, path: string, method: string | undefined): HttpRoute {
  if (!route) throw new GalleyError('serving.unknown_path', `There is no ${JSON.stringify(path.slice(0, 80))} here.`);
  const asked = method === 'HEAD' ? 'GET' : method;
  if (asked !== route.method) {
    throw new GalleyError('serving.method_not_allowed', `${route.path} takes ${route.method}, not ${method}.`, {
      details: { allowed: route.method },
    });
  }
  return route;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/:]+)')}$`);
}

/** Null where an escape in the path is none. */
function decoded(groups: Record<string, string>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    return null;
  }
}
