import { type Html, html } from '../../base/html.ts';
import { standalonePage } from '../../base/html-page.ts';

/** A document that stands alone. */
export interface DocumentPage {
  /** What kind of document it is, above its heading. */
  kind: string;
  /** Of the browser's tab. */
  title: string;
  heading: string;
  style: string;
  body: Html;
}

/** A page in the looks of the model card that asks for nothing and runs nothing. */
export function documentPage({ kind, title, heading, style, body }: DocumentPage): string {
  return standalonePage({
    title,
    style,
    body: html`<main>
<header><p class="kind">${kind}</p><h1>${heading}</h1></header>
${body}
</main>`,
  });
}
