/** HTML that is safe to stand in a page: made by the tag below, which escapes every value put into it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text and attribute values as HTML; what no XML may hold is left out. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] as string).replace(/(?![\t\n\r])\p{Cc}/gu, '');
}

/** `html\`<p>${note}</p>\``: values are escaped, pieces of HTML and lists of them go in as they are, nothing is nothing. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(strings.reduce((text, string, index) => `${text}${render(values[index - 1])}${string}`));
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (part === null || part === undefined) return '';
  if (Array.isArray(part)) return part.map(render).join('');
  return escapeHtml(String(part));
}
