import { type Html, html } from '../../base/html.ts';
import { authorHtml } from './author-text.ts';
import type { Block, CardDocument, ChartBlock, TableBlock } from './card-blocks.ts';
import { chartStyle } from './card-charts.ts';
import { cardStyle } from './card-style.ts';
import { documentPage } from './page.ts';

/** A card as one page. */
export function cardPage(document: CardDocument): string {
  return documentPage({
    kind: 'Model card',
    title: `Model card of ${document.title}`,
    heading: document.title,
    style: `${cardStyle}${chartStyle}`,
    body: cardBody(document),
  });
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
