import { errorAnswer, jsonAnswer } from '../http-answer.ts';
import type { HttpProtocol } from '../http-routes.ts';
import type { ServingHost } from './host.ts';
import { openApi } from './openapi.ts';

/** The description of all paths. */
export function openApiPage(host: ServingHost): HttpProtocol {
  return {
    routes: [{ method: 'GET', path: '/openapi.json', answer: () => jsonAnswer(description(host)) }],
    refusal: errorAnswer,
  };
}

function description(host: ServingHost) {
  const { version, signature } = host.predictor().loaded;
  const { deployment, model, token } = host.settings;
  return openApi({ deployment, model, version, url: host.url, token: token !== null, signature });
}
