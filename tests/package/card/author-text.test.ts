import { expect, test } from 'vitest';
import { authorHtml, authorMarkdown } from '../../../engine/package/card/author-text.ts';

test('Markdown of an author becomes HTML, and HTML in it stays text', () => {
  const written = [
    '# Use\r',
    'Only **by day**, _never_ at night.',
    'See [the page](https://example.org/a) or [this](data:text/html,x).',
    '',
    '- one',
    '  and more',
    '- `a < b`',
    '',
    '2. second',
    '> quoted',
    '```',
    '<script>',
    '```',
    '<b>bold</b> snake_case_name 2 * 3 * 4 \\*',
  ].join('\n');
  expect(authorHtml(written).text).toBe(
    '<h3>Use</h3><p>Only <strong>by day</strong>, <em>never</em> at night.\nSee <a href="https://example.org/a" rel="noreferrer noopener">the page</a> or [this](data:text/html,x).</p>' +
      '<ul><li>one\nand more</li><li><code>a &lt; b</code></li></ul><ol><li>second</li></ol><blockquote>quoted</blockquote>' +
      '<pre>&lt;script&gt;</pre><p>&lt;b&gt;bold&lt;/b&gt; snake_case_name 2 * 3 * 4 *</p>',
  );
});

test.each([
  ['<img src=x>', '&lt;img src=x>'],
  ['![p](https://example.org/p.png)', '\\![p](https://example.org/p.png)'],
  ['[run](javascript:alert(1))', '\\[run](javascript:alert(1))'],
  ['[mail](mailto:a@example.org)', '[mail](mailto:a@example.org)'],
  ['\\[kept] \\\\[not]', '\\[kept] \\\\\\[not]'],
  ['[ref]: javascript:alert(1)', '\\[ref]: javascript:alert(1)'],
  ['`<b> [x](y)`', '`<b> [x](y)`'],
  ['```\n<b>\n```', '```\n<b>\n```'],
  ['```html\n\n  <b>\n  ```', '```html\n\n  <b>\n  ```'],
  ['\\` <img src=x> `', '\\` &lt;img src=x> \\`'],
  ['`` ` `` <img src=x> `', '\\`\\` \\` \\`\\` &lt;img src=x> \\`'],
  ['```a`b\n\n<img src=x>\n\n```', '\\`\\`\\`a\\`b\n\n&lt;img src=x>\n\n\\`\\`\\`'],
  ['```\na\n````\n<img src=x>\n```', '```\na\n````\n&lt;img src=x>\n\\`\\`\\`'],
])('%s is %s in a page of Markdown', (written, expected) => {
  expect(authorMarkdown(written)).toBe(expected);
});

test('a long text of half marks is read in time', () => {
  const started = performance.now();
  for (const mark of ['**a ', '_a ', '*a ', '[a', '`', '```\n', '\\']) {
    authorHtml(mark.repeat(5000));
    authorMarkdown(mark.repeat(5000));
  }
  expect(performance.now() - started).toBeLessThan(5000);
});
