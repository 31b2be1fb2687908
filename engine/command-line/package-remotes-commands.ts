import type { ModelTransfer } from '../contract/package-remotes.ts';
import { type Command, given } from './command.ts';
import { warningLines } from './warning-lines.ts';

const selection = {
  flags: { remote: { type: 'string' } },
  positionals: { minimum: 0, maximum: Number.POSITIVE_INFINITY },
  input: (models: string[], flags: Record<string, unknown>) =>
    given({ remote: flags.remote, models: models.length === 0 ? undefined : models }),
} as const;

export const packageRemotesCommands: Command[] = [
  {
    words: 'package push',
    usage: '[MODEL…] [--remote REMOTE]',
    summary: 'Copies to a remote the versions of models that it lacks, with the datasets that they learned from.',
    example: 'galley package push price --remote team',
    ...selection,
    call: 'package.push',
    print: (answer: ModelTransfer) => transferLines('push', answer),
  },
  {
    words: 'package pull',
    usage: '[MODEL…] [--remote REMOTE]',
    summary: 'Copies from a remote the versions of models that the project lacks, with their datasets.',
    example: 'galley package pull --remote team',
    ...selection,
    call: 'package.pull',
    print: (answer: ModelTransfer) => transferLines('pull', answer),
  },
];

function transferLines(verb: string, { remote, versions, files, warnings }: ModelTransfer): string[] {
  return [
    versions.length === 0
      ? `${remote}: no version of a model to ${verb}.`
      : `${remote}: ${files.toLocaleString('en-US')} files.`,
    ...versions.map(({ version, onnx }) => `${version}  ${onnx.slice(0, 12)}`),
    ...warningLines(warnings),
  ];
}
