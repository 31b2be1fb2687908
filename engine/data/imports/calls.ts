import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { InputOf } from '../../contract/call.ts';
import type { dataImportCalls } from '../../contract/data-imports.ts';
import type { Marks } from '../../contract/data-privacy.ts';
import type { FilePreview } from '../../contract/data-results.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { maskedPreview } from '../privacy/masked-answers.ts';
import { type PreviewOrder, previewHead } from '../sources/preview.ts';
import type { PreviewInput } from '../sources/preview-job.ts';
import type { DataStore } from '../store.ts';
import { resolveVersion } from '../versions/resolve.ts';
import { nextReading } from './add-options.ts';
import { exportChanges } from './export-changes.ts';

const defaultTextName = 'pasted.csv';

/** A text in a file of its own under `run/jobs`, which the engine empties when it starts. */
export function writeText(context: EngineContext, text: string, fileName: string): { path: string; remove(): void } {
  const folder = join(context.project.path, 'run', 'jobs', `text-${context.newId('job')}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, basename(fileName) || defaultTextName);
  writeFileSync(path, text);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

type Previewed = InputOf<typeof dataImportCalls.preview>;

/** The file that is to be previewed; a text becomes one. @throws GalleyError `call.invalid_input` */
function previewedFile(context: EngineContext, { path, text, fileName }: Previewed): PreviewInput & { remove(): void } {
  if (text !== undefined) return writeText(context, text, fileName ?? defaultTextName);
  if (path === undefined) throw new GalleyError('call.invalid_input', 'A preview needs a path or a text.');
  return { path, ...(fileName === undefined ? {} : { name: fileName }), remove: () => {} };
}

function readingFor(store: DataStore, input: Previewed): PreviewOrder {
  const { options, dataset: name } = input;
  const dataset = name === undefined ? undefined : store.dataset(name);
  const remembered = dataset ? store.imports.remembered(dataset.id) : { given: {}, found: {} };
  const { options: all, hints } = nextReading(options, remembered);
  return { options: all, hints: { ...hints, marked: Object.keys(marksFor(store, input)) } };
}

function marksFor(store: DataStore, { dataset: name, masked }: Previewed): Marks {
  const dataset = masked && name !== undefined ? store.dataset(name) : undefined;
  return dataset ? store.marks.marks(dataset.id) : {};
}

export function importHandlers(context: EngineContext, store: DataStore): Handlers<typeof dataImportCalls> {
  return {
    preview: async (input) => {
      const order = readingFor(store, input);
      const { path, remove, ...named } = previewedFile(context, input);
      const preview = await previewHead(context, path, { ...named, ...order }).finally(remove);
      return maskedPreview(preview, marksFor(store, input));
    },

    previewWhole: async (input) => {
      const order = readingFor(store, input);
      const marks = marksFor(store, input);
      const { remove, ...file } = previewedFile(context, input);
      return context.jobs.submit<FilePreview, FilePreview>({
        kind: 'data.preview',
        title: `Read ${file.name ?? basename(file.path)}`,
        input: { ...file, ...order },
        commit: (preview) => {
          remove();
          return maskedPreview(preview, marks);
        },
        abandon: remove,
      });
    },

    exportChanges: async ({ reference, to, mask }) => {
      const version = resolveVersion(store, reference);
      const masking = mask && {
        how: mask,
        columns: Object.keys(store.marks.marks(version.dataset.id)),
        key: mask === 'hash' ? store.marks.key() : undefined,
      };
      return exportChanges(context, version, store.imports.changes(version.id), to, masking);
    },
  };
}
