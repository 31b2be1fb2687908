import { createHash } from 'node:crypto';
import { type Html, html } from '../../base/html.ts';

/** A page that stands alone. */
export interface PageContent {
  /** What kind of page it is, above its heading. */
  kind: string;
  /** Of the browser's tab. */
  title: string;
  heading: string;
  style: string;
  body: Html;
}

/** A page that asks for nothing and runs nothing: its content policy allows the one style by its hash and forbids the rest. */
export function selfContainedPage({ kind, title, heading, style, body }: PageContent): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  // The style goes in as it is: escaped, its hash would be another.
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
<main>
${html`<header><p class="kind">${kind}</p><h1>${heading}</h1></header>`.text}
${body.text}
</main>
</body>
</html>
`;
}
