/** Makes the parts of the file that a model is tried with; `build.mjs` calls it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { root } from './setup/paths.mjs';

const runtimeFolder = join(root, 'node_modules', 'onnxruntime-web');

/** @param {string} folder */
export async function makeTryPage(folder) {
  const rolldown = await import('rolldown');
  await rolldown.build({
    input: { page: join(root, 'engine/package/exports/html/page/main.ts') },
    platform: 'browser',
    // What ONNX Runtime asks for in Node only.
    external: [/^node:/, 'module', 'worker_threads'],
    output: { dir: folder, entryFileNames: '[name].js', format: 'esm', codeSplitting: false, minify: true },
  });
  const script = join(folder, 'page.js');
  writeFileSync(script, withoutEndTags(readFileSync(script, 'utf8')));
  const wasm = readFileSync(join(runtimeFolder, 'dist', 'ort-wasm-simd-threaded.wasm'));
  writeFileSync(join(folder, 'runtime.wasm.gz'), gzipSync(wasm, { level: constants.Z_BEST_COMPRESSION }));
  const { version } = JSON.parse(readFileSync(join(runtimeFolder, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'runtime.json'), JSON.stringify({ version, licence }));
}

/** A script inside a page ends at the first end tag, wherever that stands. @param {string} script */
function withoutEndTags(script) {
  return script.replace(/<(\/script|!--)/gi, '\\x3C$1');
}

/** Of onnxruntime-web, whose package does not carry it. */
const licence = `MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
