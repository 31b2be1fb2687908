import { parseArgs } from 'node:util';
import { GalleyError, reportError } from '../base/errors.ts';
import { idSource } from '../base/ids.ts';
import { suggestName } from '../base/nearest-name.ts';
import { errorKinds } from '../contract/errors.ts';
import type { Job, JobProgress } from '../contract/jobs.ts';
import { createProject, findProject, isProject, synchronisedBy } from '../store/project.ts';
import { openAccess } from './access.ts';
import { type Command, type Flags, type Streams, usageError } from './command.ts';
import { commands } from './commands.ts';
import { commandHelp, generalHelp, startDescription } from './help.ts';

export interface Terminal {
  out(line: string): void;
  error(line: string): void;
  /** Progress is drawn only where someone looks. */
  isInteractive: boolean;
  currentFolder: string;
  environment: Record<string, string | undefined>;
  /** Asks for a password without showing it; left out where nobody sits there. */
  askSecret?(prompt: string): Promise<string>;
  /** Standard input and output, for commands that read and write rows. */
  streams(): Streams;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

const commonFlags = {
  project: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs one command line; answers its exit code and never throws. */
export async function runCommandLine(words: string[], terminal: Terminal): Promise<number> {
  const asJson = words.includes('--json');
  try {
    return await run(words, terminal);
  } catch (error) {
    const report = reportError(error);
    if (report.kind === 'internal' && !(error instanceof GalleyError))
      terminal.error((error as Error).stack ?? String(error));
    if (asJson) terminal.out(JSON.stringify({ error: report }));
    else terminal.error(report.kind === 'canceled' ? 'Stopped.' : `${report.message}\n${report.hint}`);
    return errorKinds[report.kind].exitCode;
  }
}

async function run(words: string[], terminal: Terminal): Promise<number> {
  const command = findCommand(words);
  if (!command) {
    terminal.out(helpFor(words));
    return 0;
  }
  const { positionals, flags } = parse(command, words.slice(command.words.split(' ').length));
  if (flags.help) {
    terminal.out(commandHelp(command));
    return 0;
  }
  const input = command.input(positionals, flags);
  if (command.withoutProject?.wanted(flags, positionals)) {
    const progress = progressPrinter(terminal);
    const tools = { progress: (next: JobProgress) => progress({ progress: next }), signal: terminal.signal };
    return tell(command, (await command.withoutProject.run(input, tools)) as never, flags, terminal);
  }
  if (command.secret?.wanted(flags) && terminal.askSecret)
    input.secret = await terminal.askSecret(command.secret.prompt);
  const projectPath = projectOf(command, positionals, flags, terminal);
  const access = await openAccess({
    projectPath,
    needsRunningEngine: leavesEngine(command, input),
    onMessage: terminal.error,
    onProgress: progressPrinter(terminal),
    signal: terminal.signal,
  });
  let answer: never;
  try {
    const call = typeof command.call === 'string' ? command.call : command.call(flags, positionals);
    answer = (await access.call(call, input)) as never;
    if (!command.finish && !command.streams?.wanted(flags)) return await tell(command, answer, flags, terminal);
  } finally {
    await access.close();
  }
  if (!command.streams?.wanted(flags)) return tell(command, answer, flags, terminal);
  await command.streams.run(answer, flags, terminal.streams());
  return 0;
}

function leavesEngine({ needsRunningEngine = false }: Command, input: Record<string, unknown>): boolean {
  return typeof needsRunningEngine === 'function' ? needsRunningEngine(input) : needsRunningEngine;
}

async function tell(command: Command, given: never, flags: Flags, terminal: Terminal): Promise<number> {
  const answer = command.finish ? ((await command.finish(given, flags)) as never) : given;
  if (flags.json) terminal.out(JSON.stringify(command.json ? command.json(answer) : answer));
  else for (const line of command.print(answer)) terminal.out(line);
  return command.exitCode?.(answer, flags) ?? 0;
}

/** What helps: of one command, of all of an area, or of all. @throws GalleyError `cli.usage` for unknown words */
function helpFor(words: string[]): string {
  const named = words.filter((word) => !word.startsWith('-') && word !== 'help');
  const known = [...commands, startDescription];
  const wanted = known.filter((command) => named.every((word, index) => command.words.split(' ')[index] === word));
  const asked = named.length === 0 || words.some((word) => ['--help', '-h', 'help'].includes(word));
  const [only] = wanted.filter((command) => command.words === named.join(' '));
  if (only && asked) return commandHelp(only);
  if (wanted.length > 0 && asked) return generalHelp(wanted);
  const area = known.filter((command) => command.words.split(' ')[0] === named[0]);
  const there = area.length > 0 ? area : known;
  const said = named.slice(0, 2).join(' ');
  const names = there.map((command) => command.words);
  throw usageError(`There is no command "galley ${said}". ${suggestName(said, names)}`);
}

function findCommand(words: string[]): Command | undefined {
  return commands.find((command) => command.words.split(' ').every((word, index) => words[index] === word));
}

function parse(command: Command, words: string[]): { positionals: string[]; flags: Flags } {
  let parsed: { positionals: string[]; values: Flags };
  try {
    parsed = parseArgs({
      args: withNegativeNumbers(words),
      options: { ...commonFlags, ...command.flags },
      allowPositionals: true,
    }) as typeof parsed;
  } catch (error) {
    throw usageError(`galley ${command.words}: ${flagProblem((error as Error).message, command)}`);
  }
  const { positionals, values } = parsed;
  const { minimum, maximum } = command.positionals;
  if (!values.help && (positionals.length < minimum || positionals.length > maximum)) {
    throw usageError(`Use: galley ${command.words} ${command.usage}`);
  }
  return { positionals, flags: values };
}

/** `--below -1` as `--below=-1`, which Node would else take for a flag without its value. */
function withNegativeNumbers(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const joined: string[] = [];
  words.forEach((word, index) => {
    const flag = joined.at(-1);
    const isValue =
      /^-\.?\d/.test(word) && (end === -1 || index < end) && flag?.startsWith('--') && !flag.includes('=');
    if (isValue) joined[joined.length - 1] = `${flag}=${word}`;
    else joined.push(word);
  });
  return joined;
}

/** What Node says of a flag, without its advice about dashes; one that there is not, with those there are. */
function flagProblem(message: string, command: Command): string {
  const [, unknown] = /^Unknown option '(-[^']+)'/.exec(message) ?? [];
  if (unknown === undefined) return message.replace(/\.\s.*$/s, '.');
  const flags = Object.keys({ ...command.flags, ...commonFlags }).map((name) => `--${name}`);
  return `There is no flag ${unknown}. ${suggestName(unknown, flags)}`;
}

/** What the command names, else `--project`, else $GALLEY_PROJECT, else the nearest project upwards. */
function projectOf(command: Command, positionals: string[], flags: Flags, terminal: Terminal): string {
  const own = command.projectPath?.(positionals, flags);
  const wanted =
    own ??
    (flags.project as string | undefined) ??
    terminal.environment.GALLEY_PROJECT ??
    findProject(terminal.currentFolder);
  if (!wanted) {
    throw new GalleyError('store.not_a_project', `${terminal.currentFolder} is not in a Galley project.`, {
      details: { path: terminal.currentFolder },
    });
  }
  if (own && (command.words === 'init' || !isProject(own))) {
    createProject(own, idSource(), flags.name as string | undefined);
    const service = synchronisedBy(own);
    if (service)
      terminal.error(
        `Warning: ${service} keeps copies of this folder and may disturb the database. Better choose a folder outside it.`,
      );
  }
  return wanted;
}

function progressPrinter(terminal: Terminal): (job: Pick<Job, 'progress'>) => void {
  let last = '';
  return ({ progress }) => {
    if (!progress || !terminal.isInteractive) return;
    const share = progress.total > 0 ? ` ${Math.floor((100 * progress.done) / progress.total)} %` : '';
    const line = `${progress.phase}${share}`;
    if (line !== last) terminal.error(line);
    last = line;
  };
}
