import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Signature } from '../../../engine/contract/values.ts';
import type { ExportFile, ExportSource } from '../../../engine/package/exports/exporter.ts';
import type { GoldenSet } from '../../../engine/package/golden-set.ts';
import { modelFolder } from '../../serving/running-server.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { plainFacts } from '../card/card-sample.ts';

/** 2 * temperature (12 where missing) - 3 * rain + 10 * holiday + 100, 200, 300 or 50 by line. */
const golden: GoldenSet = {
  format: 1,
  inputs: ['temperature', 'rain', 'holiday', 'line', 'day'],
  rows: [
    [20, 1, false, 'red', '2004-02-29'],
    [null, 0, true, 'Orée', '2004-02-29'],
    [1.5, 80, true, null, '2001-12-31'],
    [-30, 2, false, 'a line that no row had', '2004-02-29'],
  ],
  outputs: [[137], [334], [-177], [-16]],
};

/** Version 1 of the riders of tests/fixtures/serving, as an exporter gets it. */
export function ridersSource(): ExportSource {
  const signature = JSON.parse(readFileSync(join(modelFolder('riders-1'), 'signature.json'), 'utf8')) as Signature;
  const goldenPath = join(temporaryFolder(), 'golden.json');
  writeFileSync(goldenPath, JSON.stringify(golden));
  const onnx = fileOf('model.onnx', join(modelFolder('riders-1'), 'model.onnx'));
  const files = [
    onnx,
    fileOf('signature.json', join(modelFolder('riders-1'), 'signature.json')),
    fileOf('golden.json', goldenPath),
  ];
  return {
    version: {
      id: 'ver_1',
      model: 'riders',
      version: 1,
      aliases: ['champion'],
      tags: {},
      description: '',
      archivedAt: null,
      runId: 'run_1',
      learner: 'linear',
      dataset: { name: 'trips', version: 2, identity: 'sha256:1' },
      target: 'riders',
      task: 'regression',
      metrics: { rmse: 11.5, r2: 0.9 },
      metric: { name: 'rmse', lowerIsBetter: true },
      onnx: { path: onnx.path, sha256: onnx.sha256, bytes: onnx.bytes },
      parity: { rows: 2, max_abs_diff: 0 },
      createdAt: '2026-11-29T12:00:00.000Z',
    },
    signature,
    lineage: [],
    history: [],
    files: [...files, manifestOf(files)],
    card: plainFacts('riders', signature),
    galleyVersion: '0.1.0',
    at: Date.parse('2026-11-29T12:34:56.789Z'),
  };
}

function manifestOf(files: ExportSource['files']): ExportSource['files'][number] {
  const path = join(temporaryFolder(), 'manifest.json');
  const listed = files.map(({ name, sha256, bytes }) => ({ name, sha256, bytes }));
  writeFileSync(path, JSON.stringify({ format: 1, model: 'riders', version: 1, files: listed }));
  return fileOf('manifest.json', path);
}

function fileOf(name: string, path: string): ExportSource['files'][number] {
  const content = readFileSync(path);
  return { name, path, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}

/** What the file of that path holds. */
export function textOf(files: readonly ExportFile[], path: string): string {
  const content = files.find((file) => file.path === path)?.content;
  if (content === undefined) throw new Error(`${path} is not among ${files.map((file) => file.path).join(', ')}`);
  if (typeof content === 'string') return content;
  if (content instanceof Uint8Array) return Buffer.from(content).toString();
  return readFileSync(content.copyOf, 'utf8');
}
