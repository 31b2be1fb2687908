import Type from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { Masking } from './data-privacy.ts';
import { FilePreview } from './data-results.ts';
import { DatasetReference } from './data-rows.ts';
import { ImportOptions } from './import-options.ts';

const PreviewedFile = Type.Object({
  path: Type.Optional(Type.String()),
  text: Type.Optional(Type.String()),
  fileName: Type.Optional(Type.String()),
  options: Type.Optional(ImportOptions),
  /** The dataset whose remembered options hold where none are given. */
  dataset: Type.Optional(Type.String()),
  /** Dots instead of values of the columns that this dataset has marked. */
  masked: Type.Optional(Type.Boolean()),
});

/** How files become versions, and what that changes of them. */
export const dataImportCalls = {
  preview: query(
    'data.preview',
    'The first rows of a file (or of the text of one) as an import would read them; of a large one its beginning is looked at.',
    PreviewedFile,
    FilePreview,
  ),
  previewWhole: jobCommand(
    'data.previewWhole',
    'The same after the whole file was read: types, warnings and changes are those of an import.',
    PreviewedFile,
    FilePreview,
  ),
  exportChanges: command(
    'data.exportChanges',
    'Writes every change that the import of a version made of its files to a CSV file.',
    Type.Object({
      reference: DatasetReference,
      to: Type.String(),
      /** What becomes of changes in marked columns; with any of them no text of whole lines is written. */
      mask: Type.Optional(Masking),
    }),
    Type.Object({ path: Type.String(), changes: Type.Integer() }),
  ),
};
