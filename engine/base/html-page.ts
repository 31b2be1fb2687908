import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';

/** A page that stands alone. */
export interface StandalonePage {
  /** Of the browser's tab. */
  title: string;
  style: string;
  /** A module that the page runs; none where it is left out. */
  script?: string;
  body: Html;
  /** Elements that hold data for the script. */
  data?: Html;
}

/**
 * A page that asks for nothing: its content policy allows the one style, and the one script where there is one, by their
 * hashes and forbids the rest.
 */
export function standalonePage({ title, style, script, body, data }: StandalonePage): string {
  const policy = [
    "default-src 'none'",
    // WebAssembly is what a script of ours runs models with.
    ...(script === undefined ? [] : [`script-src '${sourceHash(script)}' 'wasm-unsafe-eval'`]),
    `style-src '${sourceHash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  // Style and script go in as they are: escaped, their hashes would be others.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
${html`<title>${title}</title>`.text}
<style>${style}</style>
</head>
<body>
${body.text}
${data?.text ?? ''}${script === undefined ? '' : `<script type="module">${script}</script>\n`}</body>
</html>
`;
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
