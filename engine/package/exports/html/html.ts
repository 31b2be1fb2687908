import { readFileSync } from 'node:fs';
import { isoTime } from '../../../base/clock.ts';
import { cardDocument } from '../../card/card-document.ts';
import type { GoldenSet } from '../../golden-set.ts';
import { checkGolden } from '../check-golden.ts';
import { type Exporter, versionFile } from '../exporter.ts';
import { readPageParts } from './page-parts.ts';
import { tryPage } from './try-page.ts';

/** One HTML file in which the model can be tried, offline. @throws GalleyError `package.page_not_built`, `package.parity_failed` */
export const exportHtml: Exporter = async (source, control) => {
  await checkGolden(source, control);
  const { version, signature, card, galleyVersion, at } = source;
  const golden = JSON.parse(readFileSync(versionFile(source, 'golden.json').path, 'utf8')) as GoldenSet;
  const page = tryPage(
    {
      data: { model: version.model, version: version.version, signature, golden },
      card: cardDocument(card),
      onnx: readFileSync(versionFile(source, 'model.onnx').path),
      galleyVersion,
      madeAt: isoTime(at),
      createdAt: version.createdAt,
    },
    readPageParts(),
  );
  return [{ path: `${version.model}-${version.version}.html`, content: page }];
};
