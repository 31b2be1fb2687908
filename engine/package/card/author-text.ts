import { type Html, html } from '../../base/html.ts';

/**
 * What an author wrote, as HTML: paragraphs, headings, lists, quotations and code of Markdown, with emphasis and links. HTML
 * in it is text, a picture becomes the link to it, and a link leads to a web or mail address or is text.
 */
export function authorHtml(markdown: string): Html {
  return html`${blocksOf(markdown).map(blockHtml)}`;
}

/**
 * The same Markdown for a page of Markdown: what another reader would take for HTML, for a picture that it fetches, or for
 * a link that runs something, is text there too.
 */
export function authorMarkdown(markdown: string): string {
  return splitCode(normalised(markdown).trim())
    .map(({ text, isCode }) => (isCode ? text : harmless(text)))
    .join('');
}

const safeLink = /(\[[^[\]]*\]\((?:https?:\/\/|mailto:)[^()\s]*\))/i;

/** Only links to web and mail addresses stay marks: every other bracket and backtick is escaped, unless it is already. */
function harmless(text: string): string {
  return text
    .replaceAll('<', '&lt;')
    .split(safeLink)
    .map((piece, index) => (index % 2 === 1 ? piece : escapedMarks(piece)))
    .join('');
}

function escapedMarks(text: string): string {
  return text.replace(/(\\*)(\[|`|!$)/g, (_, slashes: string, sign: string) =>
    slashes.length % 2 === 0 ? `${slashes}\\${sign}` : `${slashes}${sign}`,
  );
}

/**
 * A text in pieces of which every second kind is code, which goes as it is: only what every reader of Markdown takes for
 * code, since another one would take the HTML in it for HTML.
 */
function splitCode(text: string): { text: string; isCode: boolean }[] {
  return text
    .split(/(^```[^`\n]*\n(?:[\s\S]*?\n)?? {0,3}`{3,}[ \t]*$|(?<![`\\])`[^`\n]+`(?!`))/m)
    .map((piece, index) => ({ text: piece, isCode: index % 2 === 1 }));
}

type Block =
  | { kind: 'paragraph' | 'quotation' | 'code'; text: string }
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'list'; isNumbered: boolean; items: string[] };

const item = /^ {0,3}(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/;
const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const quotation = /^ {0,3}> ?(.*)$/;
const fence = /^ {0,3}```/;

function normalised(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = normalised(markdown).split('\n');
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as string;
    if (line.trim() === '') at += 1;
    else if (fence.test(line)) {
      const end = lines.findIndex((other, index) => index > at && fence.test(other));
      const last = end === -1 ? lines.length : end;
      blocks.push({ kind: 'code', text: lines.slice(at + 1, last).join('\n') });
      at = last + 1;
    } else if (heading.test(line)) {
      const [, marks = '', text = ''] = heading.exec(line) ?? [];
      blocks.push({ kind: 'heading', level: marks.length, text });
      at += 1;
    } else if (quotation.test(line)) {
      const end = runEnd(lines, at, (other) => quotation.test(other));
      const text = lines.slice(at, end).map((other) => quotation.exec(other)?.[1] ?? '');
      blocks.push({ kind: 'quotation', text: text.join('\n') });
      at = end;
    } else if (item.test(line)) {
      const end = runEnd(lines, at, (other) => item.test(other) || /^\s+\S/.test(other));
      blocks.push(listOf(lines.slice(at, end)));
      at = end;
    } else {
      const end = runEnd(lines, at + 1, isContinued);
      blocks.push({ kind: 'paragraph', text: lines.slice(at, end).join('\n') });
      at = end;
    }
  }
  return blocks;
}

function isContinued(line: string): boolean {
  return line.trim() !== '' && ![fence, heading, quotation, item].some((pattern) => pattern.test(line));
}

/** The first line from one on that does not belong to it. */
function runEnd(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  let end = from;
  while (end < lines.length && belongs(lines[end] as string)) end += 1;
  return end;
}

/** An indented line goes on with the item before it. */
function listOf(lines: readonly string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    const [found, , , text = ''] = item.exec(line) ?? [];
    if (found !== undefined) items.push(text);
    else items.push(`${items.pop() ?? ''}\n${line.trim()}`);
  }
  return { kind: 'list', isNumbered: item.exec(lines[0] as string)?.[2] !== undefined, items };
}

function blockHtml(block: Block): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>${inline(block.text)}</p>`;
    case 'quotation':
      return html`<blockquote>${inline(block.text)}</blockquote>`;
    case 'code':
      return html`<pre>${block.text}</pre>`;
    case 'heading':
      return block.level <= 2 ? html`<h3>${inline(block.text)}</h3>` : html`<h4>${inline(block.text)}</h4>`;
    case 'list': {
      const items = block.items.map((text) => html`<li>${inline(text)}</li>`);
      return block.isNumbered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
    }
  }
}

const inlineMarks =
  /`([^`\n]+)`|\*\*(\S(?:.{0,1000}?\S)?)\*\*|(?<![\w*])\*(\S(?:[^*]*?\S)?)\*(?!\w)|(?<!\w)_(\S(?:[^_]*?\S)?)_(?!\w)|!?\[([^[\]]*)\]\(([^()\s]*)\)|\\([!-/:-@[-`{-~])/gs;

function inline(text: string): Html {
  const pieces: Html[] = [];
  let done = 0;
  for (const match of text.matchAll(inlineMarks)) {
    pieces.push(html`${text.slice(done, match.index)}`, markHtml(match));
    done = match.index + match[0].length;
  }
  return html`${pieces}${text.slice(done)}`;
}

function markHtml([whole, code, strong, starred, underlined, title, target, escaped]: RegExpExecArray): Html {
  if (code !== undefined) return html`<code>${code}</code>`;
  if (strong !== undefined) return html`<strong>${inline(strong)}</strong>`;
  if (escaped !== undefined) return html`${escaped}`;
  const emphasis = starred ?? underlined;
  if (emphasis !== undefined) return html`<em>${inline(emphasis)}</em>`;
  if (target === undefined || !isAddress(target)) return html`${whole}`;
  return html`<a href="${target}" rel="noreferrer noopener">${title === '' ? target : inline(title ?? '')}</a>`;
}

function isAddress(target: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(target);
}
