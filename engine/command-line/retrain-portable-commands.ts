import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { retrainPortableCalls } from '../contract/retrain-portable.ts';
import { type Command, given, usageError } from './command.ts';
import { fileText } from './file-text.ts';
import { parametersOf } from './pipeline-parameters.ts';

const text = { type: 'string' } as const;

/** Where the state of a pipeline lies, as the environment says it: what is empty is not set. Secrets are read where they are used. */
function remoteOf({ env }: Pick<NodeJS.Process, 'env'>): Record<string, unknown> {
  if (!env.GALLEY_REMOTE)
    throw usageError(
      'retrain step needs the environment variable GALLEY_REMOTE: the address of the remote with its data.',
    );
  return given({
    address: env.GALLEY_REMOTE,
    endpoint: env.GALLEY_REMOTE_ENDPOINT || undefined,
    region: env.GALLEY_REMOTE_REGION || undefined,
    accessKey: env.GALLEY_REMOTE_ACCESS_KEY || undefined,
    role: roleOf(env),
    keyFile: env.GALLEY_REMOTE_KEY_FILE || undefined,
    hostKey: env.GALLEY_REMOTE_HOST_KEY || undefined,
    secretVariable: env.GALLEY_REMOTE_SECRET ? 'GALLEY_REMOTE_SECRET' : undefined,
  });
}

/** The role that opens an S3-compatible remote; a cluster names that of a pod itself. A key comes before it. */
function roleOf(env: NodeJS.ProcessEnv): string | undefined {
  if (env.GALLEY_REMOTE_ACCESS_KEY || !env.GALLEY_REMOTE?.startsWith('s3:')) return undefined;
  return env.GALLEY_REMOTE_ROLE || env.AWS_ROLE_ARN || undefined;
}

/** A folder for a project that is gone when this process ends. */
function passingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'galley-step-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'project');
}

const stateLines = ({ state }: OutputOf<typeof retrainPortableCalls.handOver>) => [
  `State ${state.number} of ${state.pipeline}${Object.entries(state.aliases)
    .map(([alias, version]) => `, ${alias} is ${version}`)
    .join('')}.`,
];

export const retrainPortableCommands: Command[] = [
  {
    words: 'retrain hand-over',
    usage: 'NAME [--remote R]',
    summary:
      'Copies to a remote what the steps of a pipeline need to run elsewhere: data, champions, recipes and tests.',
    example: 'galley retrain hand-over price --remote team',
    flags: { remote: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.handOver',
    input: ([pipeline], { remote }) => given({ pipeline, remote }),
    print: stateLines,
  },
  {
    words: 'retrain take-back',
    usage: 'NAME [--remote R]',
    summary: 'Takes in what a pipeline that runs elsewhere made: its versions, and where its aliases point.',
    example: 'galley retrain take-back price --remote team',
    flags: { remote: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.takeBack',
    input: ([pipeline], { remote }) => given({ pipeline, remote }),
    print: stateLines,
  },
  {
    words: 'retrain step',
    usage: 'FILE.yaml --task NAME --in DIR --out DIR [--set NAME=VALUE]… [--approved-by NAME]',
    summary:
      'Runs one task of a pipeline by itself, as exports do: what came before is in folders, the rest on a remote.',
    example: 'galley retrain step pipelines/price.yaml --task fit --in ./given --out ./made',
    flags: {
      task: text,
      in: text,
      out: text,
      set: { type: 'string', multiple: true },
      'approved-by': text,
    },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.step',
    input: ([file = ''], flags) => {
      const { task, in: inFolder, out } = flags;
      if (!task || !inFolder || !out) throw usageError('retrain step needs --task, --in and --out.');
      return given({
        text: fileText(file),
        file,
        task,
        parameters: parametersOf(flags),
        inFolder: resolve(String(inFolder)),
        outFolder: resolve(String(out)),
        filesFolder: process.cwd(),
        remote: remoteOf(process),
        approvedBy: flags['approved-by'] ?? process.env.GALLEY_APPROVED_BY,
      });
    },
    projectPath: (_, flags) => (flags.project === undefined ? passingFolder() : resolve(String(flags.project))),
    print: ({ step }: OutputOf<typeof retrainPortableCalls.step>) => [`${step.name}: ${step.status}. ${step.summary}`],
  },
];
