import Type from 'typebox';
import { command } from './call.ts';
import { Name } from './values.ts';

export const packageNotebookCalls = {
  notebookCell: command(
    'package.notebookCell',
    'Puts adopt.py into the project folder, and gives the lines of Python that send a model from a notebook with it.',
    Type.Object({ model: Type.Optional(Name) }),
    Type.Object({
      /** Lines of Python; they hold no secret. */
      cell: Type.String(),
      /** Of adopt.py. */
      path: Type.String(),
    }),
  ),
};
