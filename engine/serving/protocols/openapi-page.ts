import { errorAnswer, type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import type { HttpProtocol, HttpRoute } from '../http-routes.ts';
import { docsPage, docsScript, docsStyle } from './docs-page.ts';
import type { ServingHost } from './host.ts';
import { openApi } from './openapi.ts';

/** The page runs its own script and asks this server, nothing else; no other page may frame it. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The description of all paths, and a page to try them on. */
export function openApiPage(host: ServingHost): HttpProtocol {
  return {
    routes: [
      { method: 'GET', path: '/openapi.json', answer: () => jsonAnswer(description(host)) },
      asset('/docs', 'text/html', docsPage),
      asset('/docs/page.js', 'text/javascript', docsScript),
      asset('/docs/page.css', 'text/css', docsStyle),
    ],
    refusal: errorAnswer,
  };
}

function asset(path: string, type: string, body: string): HttpRoute {
  const answer: HttpAnswer = {
    status: 200,
    contentType: `${type}; charset=utf-8`,
    body,
    headers: { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' },
  };
  return { method: 'GET', path, answer: () => answer };
}

function description(host: ServingHost) {
  const { model, loaded } = host.active();
  const { version, signature } = loaded;
  const { deployment } = host.settings;
  return openApi({ deployment, model, version, url: host.url, token: host.needsKey, signature });
}
