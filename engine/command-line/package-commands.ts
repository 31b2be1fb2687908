import { resolve } from 'node:path';
import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import { exportFormats, type ModelSummary, type packageCalls } from '../contract/package.ts';
import { type Command, given, numberFlag, usageError } from './command.ts';
import { tagsInWords } from './package-registry-commands.ts';
import { table } from './table.ts';
import { warningLines } from './warning-lines.ts';

const text = { type: 'string' } as const;

/** ` stage=trial → stage=live`; of several lines the first. */
function changeInWords(before: string | null, after: string | null): string {
  const line = (value: string) => JSON.stringify(value.split('\n', 1)[0]);
  return [before, after]
    .filter((value) => value !== null && value !== '')
    .map((value, index) => `${index === 0 ? ' ' : ' → '}${line(value as string)}`)
    .join('');
}

/** An export may have hundreds of files. */
const shownFiles = 20;

function filesInWords(paths: readonly string[]): string[] {
  const more = paths.length - shownFiles;
  return more <= 0 ? [...paths] : [...paths.slice(0, shownFiles), `and ${count(more, 'more file', 'more files')}`];
}

export const packageCommands: Command[] = [
  {
    words: 'package add',
    usage: 'RUN --model NAME [--alias ALIAS] [--threshold T] [--accept-breaking]',
    summary: 'Makes a model version of a run: one ONNX file that passed the parity gate.',
    example: 'galley package add 12 --model price',
    flags: { model: text, alias: text, threshold: text, 'accept-breaking': { type: 'boolean' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'package.add',
    input: ([run], flags) =>
      given({
        run,
        model: flags.model,
        alias: flags.alias,
        threshold: numberFlag(flags, 'threshold'),
        acceptBreaking: flags['accept-breaking'],
      }),
    print: ({ model, version, onnx, parity, aliases }: OutputOf<typeof packageCalls.add>) => [
      `${model}, version ${version}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}: ${onnx.bytes.toLocaleString('en-US')} bytes of ONNX.`,
      `Parity holds on ${parity.rows} rows; largest difference ${parity.max_abs_diff.toExponential(1)}.`,
    ],
  },
  {
    words: 'package list',
    usage: '[--search WORDS] [--archived]',
    summary: 'All models with their versions and aliases; archived ones only where asked for.',
    example: 'galley package list --search "stage=live"',
    flags: { search: text, archived: { type: 'boolean' } },
    positionals: { minimum: 0, maximum: 0 },
    call: 'package.list',
    input: (_, flags) => given({ search: flags.search, archived: flags.archived ? 'with' : undefined }),
    print: ({ models }: { models: ModelSummary[] }) =>
      table(
        ['model', 'version', 'aliases', 'learner', 'dataset', 'metric', 'value', 'bytes', 'tags', 'archived'],
        models.flatMap((model) =>
          model.versions.map((version) => [
            model.name,
            version.version,
            version.aliases.join(', '),
            version.learner,
            `${version.dataset.name}@${version.dataset.version}`,
            version.metric.name,
            version.metrics[version.metric.name],
            version.onnx.bytes,
            tagsInWords({ ...model.tags, ...version.tags }),
            (version.archivedAt ?? model.archivedAt) === null ? '' : 'yes',
          ]),
        ),
      ),
  },
  {
    words: 'package show',
    usage: 'MODEL[@V]',
    summary: 'A version with its signature, lineage and the moves of its aliases.',
    example: 'galley package show price@champion',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'package.show',
    input: ([reference]) => ({ reference }),
    print: ({ version, signature, lineage, history, changes }: OutputOf<typeof packageCalls.show>) => [
      `${version.model}, version ${version.version}${version.aliases.length > 0 ? ` (${version.aliases.join(', ')})` : ''}${version.archivedAt === null ? '' : ', archived'}`,
      ...(Object.keys(version.tags).length > 0 ? [`Tags: ${tagsInWords(version.tags)}`] : []),
      ...(version.description === '' ? [] : version.description.split('\n')),
      '',
      ...table(
        ['input', 'type', 'missing allowed', 'minimum', 'maximum'],
        signature.inputs.map((field) => [
          field.name,
          field.type,
          field.nullable ? 'yes' : 'no',
          field.minimum,
          field.maximum,
        ]),
      ),
      '',
      `From ${lineage.map((step) => step.title).join(' → ')}`,
      ...history.map(
        (move) =>
          `${move.at} ${move.alias}: ${move.from ?? 'none'} → ${move.to ?? 'none'} by ${move.by}. ${move.reason}`,
      ),
      ...changes.map(({ at, version: number, kind, before, after, by }) => {
        const subject = number === null ? 'model' : `version ${number}`;
        return `${at} ${subject}: ${kind}${changeInWords(before, after)} by ${by}.`;
      }),
    ],
  },
  {
    words: 'package alias',
    usage: 'MODEL@V ALIAS [--reason TEXT] [--accept-breaking]',
    summary: 'Points an alias at a version.',
    example: 'galley package alias price@3 champion',
    flags: { reason: text, 'accept-breaking': { type: 'boolean' } },
    positionals: { minimum: 2, maximum: 2 },
    call: 'package.alias',
    input: ([reference, alias], flags) =>
      given({ reference, alias, reason: flags.reason, acceptBreaking: flags['accept-breaking'] }),
    print: ({ model, alias, version }: OutputOf<typeof packageCalls.alias>) => [
      `${alias} of ${model} is version ${version}.`,
    ],
  },
  {
    words: 'package rollback',
    usage: 'MODEL ALIAS',
    summary: 'Points an alias back at the version it had before.',
    example: 'galley package rollback price champion',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'package.rollback',
    input: ([model, alias]) => ({ model, alias }),
    print: ({ model, alias, version }: OutputOf<typeof packageCalls.rollback>) => [
      `${alias} of ${model} is version ${version} again.`,
    ],
  },
  {
    words: 'package export',
    usage: `MODEL[@V] --format ${exportFormats.join('|')} --to DIR [--zip]`,
    summary: 'Writes a version to a folder that is not there yet, or is empty.',
    example: 'galley package export price --format onnx --to ./price',
    flags: { format: text, to: text, zip: { type: 'boolean' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'package.export',
    input: ([reference], flags) => {
      if (typeof flags.to !== 'string') throw usageError('package export needs --to FOLDER.');
      return { reference, format: flags.format ?? 'onnx', to: resolve(flags.to), zip: flags.zip === true };
    },
    print: ({ files, warnings }: OutputOf<typeof packageCalls.export>) => [
      ...warningLines(warnings),
      ...filesInWords(files.map((file) => file.path)),
    ],
  },
];
