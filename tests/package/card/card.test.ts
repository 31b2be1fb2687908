import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { OutputOf } from '../../../engine/contract/call.ts';
import type { packageCalls } from '../../../engine/contract/package.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openPhases } from '../open-registry.ts';

const penguins = readFileSync(
  fileURLToPath(new URL('../../../resources/samples/penguins/penguins.csv', import.meta.url)),
  'utf8',
);

const tags = new Set(
  'html head meta title style body main header div section figure figcaption svg line text circle polyline polygon rect h1 h2 h3 h4 p dl dt dd table thead tbody tr th td b span ul ol li em strong code pre blockquote a'.split(
    ' ',
  ),
);

/** Tags and attributes of a page that a card never has. In a page that escapes every value, each `<` begins a tag. */
function dangersIn(page: string): string[] {
  const begun = [...page.matchAll(/<(\/?)([^\s>]*)([^>]*)/g)].filter(([, , name]) => name !== '!doctype');
  return begun
    .filter(([, , name = '', rest = '']) => {
      const attributes = [...rest.matchAll(/([^\s=]+)="([^"]*)"/g)];
      return (
        !tags.has(name) ||
        attributes.some(([, key = '', value = '']) => /^on|^(src|style)$/i.test(key) || /^javascript:/i.test(value))
      );
    })
    .map(([whole]) => whole);
}

/** The metadata at the head of a Markdown card. */
function headOf(markdown: string): Record<string, unknown> {
  return parse(markdown.split('---\n')[1] as string) as Record<string, unknown>;
}

test('a card tells what is known: metrics with intervals, slices, fairness, signature, provenance', async () => {
  const { packages, addRows, trainOne, add } = await openPhases();
  await addRows('penguins', penguins);
  const run = await trainOne({ reference: 'penguins', target: 'sex', learners: ['linear'], sensitive: ['island'] });
  const added = await add(run.id, 'sexes');
  const card = await packages.handlers.card({ reference: 'sexes' });
  expect(card).toMatchObject({ model: 'sexes', version: 1, history: [] });
  for (const section of [
    'Limits and risks',
    'Not stated',
    'How good it is',
    'Fairness',
    'What it goes by',
    'Data',
    'Training',
    'Inputs and answer',
    'Provenance and footprint',
    'Licence',
  ]) {
    expect(card.html).toContain(`<h2>${section}</h2>`);
    expect(card.markdown).toContain(`\n## ${section}\n`);
  }
  expect(card.html).toContain(added.onnx.sha256);
  expect(card.html).toMatch(
    /<th scope="row">ROC AUC<\/th><td class="number">0\.\d+<\/td><td class="number">0\.\d+ to /,
  );
  expect(card.html).toContain('aria-label="ROC curve, class male"');
  expect(card.html).toMatch(/default-src 'none'; style-src 'sha256-[\w+/=]+'/);
  expect(dangersIn(card.html)).toEqual([]);
  expect(card.html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
  const head = headOf(card.markdown);
  expect(head).toMatchObject({ library_name: 'onnx', pipeline_tag: 'tabular-classification' });
  expect(head['model-index']).toMatchObject([
    {
      name: 'sexes@1',
      results: [{ dataset: { type: 'tabular', name: 'penguins@1' }, task: { type: 'tabular-classification' } }],
    },
  ]);
});

test('what the author wrote stays with its version, and the next one begins with it', async () => {
  const { packages, addRows, trainOne, add } = await openPhases();
  await addRows('penguins', penguins);
  const run = await trainOne({ reference: 'penguins', target: 'species', learners: ['linear'] });
  const write = (reference: string, text: Parameters<typeof packages.handlers.cardText>[0]['text']) =>
    packages.handlers.cardText({ reference, text });
  const textOf = async (reference: string) => {
    const { parts } = await packages.handlers.card({ reference });
    return Object.fromEntries(parts.flatMap(({ field, text, since }) => (text === '' ? [] : [[field, [text, since]]])));
  };
  await add(run.id, 'species');
  await write('species@1', { overview: 'For rangers.', license: 'MIT' });
  await add(run.id, 'species');
  expect(await textOf('species@2')).toEqual({ overview: ['For rangers.', 1], license: ['MIT', 1] });
  expect(await write('species@2', { overview: 'For everyone.', license: 'MIT' })).toMatchObject({
    changed: ['overview'],
  });
  await write('species@1', { limits: 'Antarctica only.' });
  expect(await textOf('species@1')).toMatchObject({ overview: ['For rangers.', 1], limits: ['Antarctica only.', 1] });
  expect(await textOf('species@2')).toEqual({ overview: ['For everyone.', 2], license: ['MIT', 1] });
  await write('species@2', { license: '' });
  expect(await textOf('species@2')).toEqual({ overview: ['For everyone.', 2] });
  await add(run.id, 'species');
  expect(await textOf('species@3')).toEqual({ overview: ['For everyone.', 2] });
  const { history, html } = await packages.handlers.card({ reference: 'species@3' });
  expect(history.map(({ version, field, text }) => [version, field, text])).toEqual([
    [2, 'license', ''],
    [1, 'limits', 'Antarctica only.'],
    [2, 'overview', 'For everyone.'],
    [1, 'license', 'MIT'],
    [1, 'overview', 'For rangers.'],
  ]);
  expect(html).toContain('For everyone.');
  expect(html).not.toContain('For rangers.');
});

test('nothing that stands in data or texts becomes a mark of HTML or Markdown', async () => {
  const { packages, addRows, trainOne, add } = await openPhases();
  const evil = '<img src=x onerror=alert(1)>';
  const rows = Array.from({ length: 120 }, (_, index) => {
    const group = index % 3 === 0 ? '</table><script>alert(2)</script>' : '[a](javascript:alert(3)) | `b`';
    return `${index % 7},"${group}",${index % 3 === 0 ? 10 + (index % 5) : index % 4}`;
  });
  await addRows('evil', `"${evil}","kind | of","<b>target</b>"\n${rows.join('\n')}\n`);
  const run = await trainOne({
    reference: 'evil',
    target: '<b>target</b>',
    learners: ['linear'],
    sensitive: ['kind | of'],
  });
  await add(run.id, 'evil');
  await packages.handlers.cardText({
    reference: 'evil',
    text: {
      overview: `# Hello\n\n${evil} ![x](https://tracker.example/a.png) [run](javascript:alert(4)) [ok](https://example.org/a)`,
      contact: '**me** `<script>`',
      license: evil,
    },
  });
  const { html, markdown } = await packages.handlers.card({ reference: 'evil' });
  expect(dangersIn(html)).toEqual([]);
  expect(html).toContain('<a href="https://example.org/a" rel="noreferrer noopener">ok</a>');
  expect(html).toContain('<strong>me</strong> <code>&lt;script&gt;</code>');
  expect(html).not.toContain('<b>target');
  const text = markdown
    .replaceAll(/`<script>`/g, '')
    .split('---\n')
    .slice(2)
    .join('---\n');
  expect(text).not.toMatch(/(?<!\\)<\w/);
  expect(text).toContain('\\![x](https://tracker.example/a.png)');
  expect(text).toContain('\\[run](javascript:alert(4))');
  const cells = text.split('\n').filter((line) => line.startsWith('|'));
  for (const line of cells) expect(line.replaceAll('\\|', '')).not.toMatch(/(?<!\\)[`[]/);
  expect(headOf(markdown)).toMatchObject({ license: 'other', license_name: evil });
});

test('a card of several classes and of a number; a marked target is not shown', async () => {
  const { packages, addRows, data, trainOne, add, resultOf } = await openPhases();
  await addRows('penguins', penguins);
  const species = await trainOne({ reference: 'penguins', target: 'species', learners: ['trees'] });
  await add(species.id, 'species');
  const mass = await trainOne({ reference: 'penguins', target: 'body_mass_g', learners: ['forest'] });
  await add(mass.id, 'mass');
  const { html } = await packages.handlers.card({ reference: 'species' });
  expect(html).toContain('<ul class="legend"><li class="c0">');
  expect(html).toContain('answered Gentoo');
  const regression = await packages.handlers.card({ reference: 'mass' });
  expect(regression.html).toContain('aria-label="Residuals of body_mass_g by prediction"');
  expect(regression.html).toContain('Distribution of body_mass_g');
  expect(headOf(regression.markdown)).toMatchObject({ pipeline_tag: 'tabular-regression' });
  const to = join(temporaryFolder(), 'card');
  const exported = packages.handlers.export({ reference: 'mass', format: 'card', to });
  const { files } = await resultOf<OutputOf<typeof packageCalls.export>>(exported);
  const paths = files.map(({ path }) => relative(to, path)).toSorted();
  expect(paths).toEqual(expect.arrayContaining(['README.md', 'model-card.html', 'pictures/importance.svg']));
  const pictures = readFileSync(join(to, 'README.md'), 'utf8').matchAll(/!\[[^\]]*\]\(([^)]+)\)/g);
  expect([...pictures].map(([, path]) => path).toSorted()).toEqual(paths.filter((path) => path.endsWith('.svg')));
  await data.handlers.mark({ dataset: 'penguins', column: 'body_mass_g', mark: 'sensitive' });
  const masked = await packages.handlers.card({ reference: 'mass' });
  expect(masked.html).not.toContain('Distribution of body_mass_g');
});
