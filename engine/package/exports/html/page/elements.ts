import { pageElements } from '../page-data.ts';

/** The element of the page that has a part. */
export function part(name: keyof typeof pageElements): HTMLElement {
  return document.getElementById(pageElements[name]) as HTMLElement;
}

/** `element('p', { className: 'note' }, 'text', child)`: texts are texts, never HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
