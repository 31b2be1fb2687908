import { errorAnswer, jsonAnswer } from '../http-answer.ts';
import type { HttpProtocol } from '../http-routes.ts';
import { prometheusContentType } from '../prometheus-text.ts';
import type { ServingHost } from './host.ts';
import { profileRoutes } from './profile.ts';

/** What watches the server: probes, metrics, and what stands at its root. */
export function probes(host: ServingHost): HttpProtocol {
  return {
    routes: [
      { method: 'GET', path: '/livez', answer: () => jsonAnswer({ status: 'live' }) },
      {
        method: 'GET',
        path: '/readyz',
        answer: () => {
          host.requireReady();
          return jsonAnswer({ status: 'ready' });
        },
      },
      {
        method: 'GET',
        path: '/metrics',
        answer: () => ({ status: 200, contentType: prometheusContentType, body: host.metricsText() }),
      },
      ...profileRoutes(host),
      { method: 'GET', path: '/', answer: () => jsonAnswer(overview(host)) },
    ],
    refusal: errorAnswer,
  };
}

function overview(host: ServingHost) {
  const { deployment, model, version, ready, url } = host.status();
  return {
    server: 'galley',
    deployment,
    model,
    version,
    ready,
    description: `${url}/openapi.json`,
    page: `${url}/docs`,
  };
}
