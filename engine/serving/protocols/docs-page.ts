/**
 * A page to try the paths on, made in the browser from /openapi.json. It loads nothing from elsewhere, and holds nothing
 * of the model: it may be read without a token.
 */
export const docsPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Prediction server</title>
<link rel="stylesheet" href="/docs/page.css">
<main>
  <h1 id="title">Prediction server</h1>
  <p id="about"></p>
  <form id="access" hidden>
    <label for="token">Token</label>
    <input id="token" type="password" autocomplete="off" required>
    <button>Open</button>
  </form>
  <p id="problem" role="alert"></p>
  <div id="operations"></div>
</main>
<script src="/docs/page.js"></script>
</html>
`;

export const docsStyle = `:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .5rem 0; }
summary { cursor: pointer; }
summary .method { display: inline-block; min-width: 3.2rem; font-weight: 600; }
summary .path, textarea, pre, input { font: 13px/1.5 ui-monospace, monospace; }
label { display: block; margin: .5rem 0 .2rem; }
textarea { box-sizing: border-box; width: 100%; min-height: 12rem; }
input { padding: .2rem .4rem; }
button { margin: .5rem 0; padding: .3rem .8rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
`;

export const docsScript = `'use strict';
const byId = (id) => document.getElementById(id);
let token = '';

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function headers(type) {
  return { ...(type && { 'content-type': type }), ...(token && { authorization: 'Bearer ' + token }) };
}

async function open() {
  const response = await fetch('/openapi.json', { headers: headers() });
  byId('access').hidden = response.status !== 401;
  const document = await response.json();
  byId('problem').textContent = response.ok || (response.status === 401 && !token) ? '' : document.error.message;
  if (response.ok) show(document);
}

function show({ info, paths }) {
  document.title = info.title;
  byId('title').textContent = info.title;
  byId('about').textContent = info.description;
  const groups = new Map();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [tag] = operation.tags;
      groups.set(tag, [...(groups.get(tag) ?? []), operationView(path, method.toUpperCase(), operation, info)]);
    }
  }
  byId('operations').replaceChildren(
    ...[...groups].flatMap(([tag, views]) => [element('h2', { textContent: tag }), ...views]),
  );
}

function operationView(path, method, operation, info) {
  const known = { model: info['x-model'], version: info.version };
  const fields = (operation.parameters ?? []).map(({ name }) => {
    const id = operation.operationId + '-' + name;
    const input = element('input', { id, name, value: known[name] ?? '' });
    return { name, input, views: [element('label', { htmlFor: id, textContent: name }), input] };
  });
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const example = Object.values(content?.examples ?? {})[0];
  const body = example && element('textarea', {
    id: operation.operationId + '-body',
    spellcheck: false,
    value: typeof example.value === 'string' ? example.value : JSON.stringify(example.value, null, 2),
  });
  const answer = element('pre');
  answer.setAttribute('aria-live', 'polite');
  const send = element('button', { type: 'button', textContent: 'Send' });
  send.addEventListener('click', async () => {
    send.disabled = true;
    const url = fields.reduce(
      (text, { name, input }) => text.replace('{' + name + '}', encodeURIComponent(input.value)),
      path,
    );
    answer.textContent = await ask(url, method, type, body?.value);
    send.disabled = false;
  });
  const bodyViews = body ? [element('label', { htmlFor: body.id, textContent: 'Body' }), body] : [];
  return element(
    'details',
    {},
    element(
      'summary',
      {},
      element('span', { className: 'method', textContent: method }),
      element('span', { className: 'path', textContent: path }),
    ),
    element('p', { textContent: operation.summary }),
    ...fields.flatMap(({ views }) => views),
    ...bodyViews,
    element('div', {}, send),
    answer,
  );
}

async function ask(url, method, type, body) {
  try {
    const response = await fetch(url, { method, body, headers: headers(type) });
    const text = await response.text();
    return response.status + ' ' + response.statusText + '\\n\\n' + indented(text);
  } catch (error) {
    return 'The server does not answer: ' + error.message;
  }
}

function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

byId('access').addEventListener('submit', (event) => {
  event.preventDefault();
  token = byId('token').value;
  open();
});
open();
`;
