import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import { hashFile } from '../../base/hash-file.ts';
import { count } from '../../base/words.ts';
import { Trust } from '../../store/trust.ts';
import { type Command, commandOf, environmentOf, findProgram, secretsHash } from '../commands/command.ts';
import {
  type CommandFolder,
  copyInto,
  filesRead,
  filesWritten,
  inCommandFolder,
  storedFiles,
} from '../commands/command-folder.ts';
import { CommandTrust } from '../commands/command-trust.ts';
import { systemDisk, withRoom } from '../commands/disk-room.ts';
import { LogLines } from '../commands/log-lines.ts';
import { type Ending, runProgram } from '../commands/program.ts';
import { optionalInput, type StepRequest, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { referenceOf } from './dataset-artifact.ts';
import { filesStand, keepFiles } from './kept-files.ts';

/** Where the inputs of the step stand in the folder of the command. */
const inputFolder = 'inputs';

/** Runs a command of the user's own in a folder that holds what it declares and nothing else, and keeps what it writes. */
export function runStep(tools: StepPhases): StepRunner {
  const { context } = tools;
  const trust = new CommandTrust(new Trust(), context.project);
  return {
    identity: async ({ pipeline, task }) => {
      trust.require(pipeline.name, task);
      return commandIdentity(context.project.path, commandOf(task));
    },
    stands: async (artifact) => artifact.type === 'files' && filesStand(context, artifact),
    run: async (request) => {
      trust.require(request.pipeline.name, request.task);
      const command = commandOf(request.task);
      const kept = await inCommandFolder(context, async (folder) => {
        await prepare(tools, request, command, folder);
        await withRoom(folder.work, systemDisk, request.signal, (signal) => execute(command, folder, request, signal));
        return keepFiles(context, await filesWritten(folder, command));
      });
      const { files } = kept.artifact;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return {
        summary: `${command.command[0]} ended well, ${count(files.length, 'file')} written`,
        output: kept.artifact,
        facts: { files: files.length, bytes },
        conclude: kept.record,
      };
    },
  };
}

/**
 * What decides about what a command writes, beside its words and inputs: its files, its lock, the environment that it is
 * given, and the machine. @throws GalleyError `retrain.command_incomplete`
 */
async function commandIdentity(projectPath: string, command: Command) {
  const environment = environmentOf(command, process.env);
  const reads: Record<string, string> = {};
  for (const { path, place } of await filesRead(projectPath, command)) reads[path] = await hashFile(place);
  const program = findProgram(command, projectPath, environment.values);
  return {
    reads,
    environment: secretsHash(environment),
    platform: `${process.platform} ${process.arch}`,
    program: { path: program, bytes: statSync(program).size },
  };
}

/** Brings what the command declares into its folder; rows as Parquet, which keeps their types, and as CSV, which all can read. */
async function prepare(
  { context, phases }: StepPhases,
  request: StepRequest,
  command: Command,
  { work }: CommandFolder,
): Promise<void> {
  await copyInto(command, work, await filesRead(context.project.path, command));
  const data = optionalInput(request, 'data', 'dataset');
  const files = optionalInput(request, 'files', 'files');
  const inputs = join(work, inputFolder);
  if (data ?? files) await mkdir(inputs, { recursive: true });
  if (data)
    for (const name of ['data.parquet', 'data.csv'])
      await phases.data.handlers.export({ reference: referenceOf(data), to: join(inputs, name) });
  if (files) await copyInto(command, join(inputs, 'files'), storedFiles(context, files));
}

/** @throws GalleyError `retrain.command_failed`, `retrain.command_incomplete` */
async function execute(
  command: Command,
  folder: CommandFolder,
  { task, log, progress }: StepRequest,
  signal: AbortSignal,
): Promise<void> {
  const [word = '', ...given] = command.command;
  const environment = environmentOf(command, process.env);
  const lines = new LogLines(log, environment.secrets);
  const { temporary } = folder;
  progress(word);
  const ending = await runProgram({
    program: findProgram(command, folder.work, environment.values),
    given,
    folder: folder.work,
    environment: { TMPDIR: temporary, TEMP: temporary, TMP: temporary, ...environment.values },
    lines,
    signal,
  });
  if (ending !== 0) throw failed(task.name, word, ending, lines.last);
}

function failed(step: string, word: string, ending: Ending, last: readonly string[]): GalleyError {
  const how = typeof ending === 'number' ? `ended with status ${ending}` : `was ended by ${ending}`;
  const said = last.length === 0 ? ' It said nothing.' : `\n${last.join('\n')}`;
  return new GalleyError('retrain.command_failed', `The command of ${step}, ${word}, ${how}.${said}`, {
    details: { step, program: word, ending },
  });
}
