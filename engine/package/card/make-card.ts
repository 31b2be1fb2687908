import type { ChartBlock } from './card-blocks.ts';
import { chartFile } from './card-charts.ts';
import { cardDocument } from './card-document.ts';
import type { CardFacts } from './card-facts.ts';
import { cardPage } from './card-html.ts';
import { cardMarkdown } from './card-markdown.ts';

/** A card in both forms, each in one file: pictures of the Markdown are data addresses. */
export function cardTexts(facts: CardFacts): { html: string; markdown: string } {
  const document = cardDocument(facts);
  return { html: cardPage(document), markdown: cardMarkdown(facts, document, dataAddress) };
}

function dataAddress({ drawing }: ChartBlock): string {
  return `data:image/svg+xml;base64,${Buffer.from(chartFile(drawing)).toString('base64')}`;
}

/** A card as files: the page, the Markdown under the name that Hugging Face looks for, and its pictures. */
export function cardFiles(facts: CardFacts): { path: string; content: string }[] {
  const document = cardDocument(facts);
  const charts = document.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'chart'));
  const pathOf = ({ name }: ChartBlock) => `pictures/${name}.svg`;
  return [
    { path: 'model-card.html', content: cardPage(document) },
    { path: 'README.md', content: cardMarkdown(facts, document, pathOf) },
    ...charts.map((chart) => ({ path: pathOf(chart), content: chartFile(chart.drawing) })),
  ];
}
