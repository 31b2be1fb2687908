import { createHash } from 'node:crypto';
import { type Html, html } from '../../base/html.ts';
import { authorHtml } from './author-text.ts';
import type { Block, CardDocument, ChartBlock, TableBlock } from './card-blocks.ts';
import { chartStyle } from './card-charts.ts';
import { cardStyle } from './card-style.ts';

/**
 * A card as one page. It asks for nothing and runs nothing: its content policy allows the one style by its hash and forbids
 * the rest.
 */
export function cardPage(document: CardDocument): string {
  const style = `${cardStyle}${chartStyle}`;
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
${html`<title>Model card of ${document.title}</title>`.text}
<style>${style}</style>
</head>
<body>
<main>
${html`<header><p class="kind">Model card</p><h1>${document.title}</h1></header>`.text}
${cardBody(document).text}
</main>
</body>
</html>
`;
}

/** The lead and the sections of a card, without a title. */
export function cardBody({ lead, sections }: CardDocument): Html {
  return html`<div class="lead">${lead.map((text) => html`<p>${text}</p>`)}</div>
${sections.map(({ title, blocks }) => html`<section><h2>${title}</h2>${grouped(blocks)}</section>\n`)}`;
}

/** Pictures that follow one another stand side by side. */
function grouped(blocks: readonly Block[]): Html[] {
  const drawn: Html[] = [];
  for (let at = 0; at < blocks.length; ) {
    const other = blocks.findIndex((block, index) => index >= at && block.kind !== 'chart');
    const end = other === -1 ? blocks.length : other;
    if (end > at) {
      drawn.push(html`<div class="charts">${(blocks.slice(at, end) as ChartBlock[]).map(figure)}</div>`);
      at = end;
    } else {
      drawn.push(blockHtml(blocks[at] as Exclude<Block, ChartBlock>));
      at += 1;
    }
  }
  return drawn;
}

function blockHtml(block: Exclude<Block, ChartBlock>): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>${block.text}</p>`;
    case 'author':
      return html`<div class="author">${authorHtml(block.text)}</div>`;
    case 'facts':
      return html`<dl>${block.items.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
    case 'table':
      return tableHtml(block);
  }
}

function tableHtml({ columns, rows }: TableBlock): Html {
  const sideOf = (index: number) => (columns[index]?.isNumber ? 'number' : 'text');
  const head = columns.map(({ title }, index) => html`<th scope="col" class="${sideOf(index)}">${title}</th>`);
  const body = rows.map(([first, ...rest]) => {
    const cells = rest.map((cell, index) => html`<td class="${sideOf(index + 1)}">${cell}</td>`);
    return html`<tr><th scope="row">${first}</th>${cells}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${columns[0]?.title}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function figure({ title, unit, legend, drawing }: ChartBlock): Html {
  const names = legend?.map((name, index) => html`<li class="c${index}">${name}</li>`);
  return html`<figure><figcaption><b>${title}</b><span>${unit}</span>${names ? html`<ul class="legend">${names}</ul>` : ''}</figcaption>${drawing}</figure>`;
}
