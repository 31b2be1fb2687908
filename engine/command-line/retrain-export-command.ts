import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { galleyVersion } from '../base/galley-version.ts';
import { type PipelineExport, type PipelineExportFormat, pipelineExportFormats } from '../contract/retrain-export.ts';
import { type Command, type Flags, given, usageError } from './command.ts';
import { fileText } from './file-text.ts';
import { parametersOf } from './pipeline-parameters.ts';

interface WrittenExport {
  pipeline: string;
  /** Absolute. */
  files: string[];
  remarks: string[];
}

/** What names a file rather than a pipeline of the project. */
function isFile(word: string | undefined): word is string {
  return word !== undefined && /[./\\]/.test(word);
}

function formatOf({ format }: Flags): PipelineExportFormat {
  const known = pipelineExportFormats.find((name) => name === format);
  if (known === undefined) throw usageError(`--format takes ${pipelineExportFormats.join(', ')}.`);
  return known;
}

function folderOf({ to }: Flags): string {
  if (typeof to !== 'string') throw usageError('retrain export needs --to DIR: the folder of the repository.');
  return resolve(to);
}

async function write(exported: PipelineExport, flags: Flags): Promise<WrittenExport> {
  const { writeExport } = await import('../retrain/index.ts');
  const { pipeline, remarks } = exported;
  return { pipeline, files: await writeExport(exported, folderOf(flags), flags.force === true), remarks };
}

function linesOf({ pipeline, files, remarks }: WrittenExport): string[] {
  return [
    ...files,
    '',
    ...remarks.map((remark) => `Note: ${remark}`),
    `galley/${pipeline}/README.md says what it needs there. Nothing of it was run.`,
  ];
}

export const retrainExportCommands: Command[] = [
  {
    words: 'retrain export',
    usage: `NAME|FILE.yaml --format ${pipelineExportFormats.join('|')} --to DIR [--set NAME=VALUE]… [--oidc] [--force]`,
    summary:
      'Writes a pipeline for another system, each step run by galley in a container, into the folder of a repository; with --oidc jobs keep no key of the remote.',
    example: 'galley retrain export price --format github --to .',
    flags: {
      format: { type: 'string' },
      to: { type: 'string' },
      set: { type: 'string', multiple: true },
      oidc: { type: 'boolean' },
      force: { type: 'boolean' },
    },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.export',
    input: ([word], flags) => {
      folderOf(flags);
      const wish = { format: formatOf(flags), parameters: parametersOf(flags), oidc: flags.oidc };
      return given(isFile(word) ? { text: fileText(word), file: word, ...wish } : { pipeline: word, ...wish });
    },
    withoutProject: {
      wanted: (_, [word]) => isFile(word),
      run: async (input) => {
        const { exportPipeline } = await import('../retrain/index.ts');
        return exportPipeline(input as never, { galleyVersion, at: systemClock.now() });
      },
    },
    finish: (answer: PipelineExport, flags) => write(answer, flags),
    print: (written: WrittenExport) => linesOf(written),
  },
];
