import { gzipSync } from 'node:zlib';
import { Html, html } from '../../../base/html.ts';
import { standalonePage } from '../../../base/html-page.ts';
import { count } from '../../../base/words.ts';
import type { CardDocument } from '../../card/card-blocks.ts';
import { chartStyle } from '../../card/card-charts.ts';
import { cardBody } from '../../card/card-html.ts';
import { cardStyle } from '../../card/card-style.ts';
import { type PageData, pageElements } from './page-data.ts';
import type { PageParts } from './page-parts.ts';
import { tryStyle } from './try-style.ts';

export interface TryPageInput {
  data: PageData;
  card: CardDocument;
  onnx: Uint8Array;
  galleyVersion: string;
  /** When the file is made, ISO 8601. */
  madeAt: string;
  /** The version, when it was made, ISO 8601. */
  createdAt: string;
}

/**
 * A model to try, in one HTML file that works offline: ONNX Runtime's WebAssembly, the model, its golden set, the form and
 * the card. Nothing is fetched, and what is typed stays on the page.
 */
export function tryPage(input: TryPageInput, parts: PageParts): string {
  const { data, card, onnx } = input;
  const named = `${data.model}, version ${data.version}`;
  const ids = pageElements;
  return standalonePage({
    title: `Try ${named}`,
    style: `${cardStyle}${chartStyle}${tryStyle}`,
    script: parts.script,
    body: html`<main>
<header><p class="kind">A model to try, offline</p><h1>${named}</h1>
<p class="origin">Predicts ${data.signature.target}. The version was made ${moment(input.createdAt)}, this file ${moment(input.madeAt)} by Galley ${input.galleyVersion}. The model runs in this page: nothing is sent anywhere.</p></header>
<p id="${ids.status}" role="status">The model is being loaded.</p><noscript><p class="fault">The form needs JavaScript. The model card below does not.</p></noscript>
<div id="${ids.app}" hidden>
<div class="try">
<form class="panel" aria-label="Inputs" autocomplete="off"><h2>Inputs <button type="button" class="small" id="${ids.reset}">Back to the example</button></h2><div class="fields" id="${ids.fields}"></div></form>
<div class="beside"><section class="panel" aria-label="Answer"><h2>Answer</h2><div class="answer" id="${ids.answer}"></div><p class="spoken" role="status" id="${ids.spoken}"></p></section>
<section class="panel" id="${ids.whatIf}" aria-label="What if"><h2>What if one input were another</h2></section></div>
</div>
<section class="check"><h2>Is this file right?</h2><p>It carries ${count(data.golden.rows.length, 'row')} with the answers of the trainer, among them missing, unseen and extreme values.</p><p><button type="button" id="${ids.check}">Check this file</button><span id="${ids.checked}" role="status"></span></p></section>
</div>
<section class="card"><h2>Model card</h2>${cardBody(card)}</section>
<section><details><summary>Software in this file</summary><p>ONNX Runtime Web ${parts.runtimeVersion}, under this licence:</p><pre>${parts.runtimeLicence}</pre></details></section>
</main>`,
    data: new Html(`<script type="application/json" id="${ids.data}">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script type="application/gzip" id="${ids.model}">${gzipSync(onnx, { level: 9 }).toString('base64')}</script>
<script type="application/gzip" id="${ids.runtime}">${parts.runtime.toString('base64')}</script>
`),
  });
}

function moment(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
