import { GalleyError } from '../../base/errors.ts';
import type { ProjectAction } from '../../contract/data-cleaning.ts';
import type { ProjectInfo } from '../../contract/project.ts';
import type { StepDefinition } from '../../contract/retrain-pipeline.ts';
import type { Trust } from '../../store/trust.ts';
import type { Task } from '../definition/tasks.ts';

type Written = Pick<Task, 'step' | 'kind' | 'written'>;

/**
 * Which commands of a project's pipelines its user lets run: those of files that were added on this machine. Trust in the
 * project says nothing of them, since a file may change with a pull. A command is known by its words and the names in its
 * `environment` as they stand in the file, so that other values of parameters need no new consent.
 */
export class CommandTrust {
  readonly #trust: Pick<Trust, 'has' | 'grant'>;
  readonly #project: ProjectInfo;

  constructor(trust: Pick<Trust, 'has' | 'grant'>, project: ProjectInfo) {
    this.#trust = trust;
    this.#project = project;
  }

  /** All commands of a file that its user adds. */
  grant(tasks: readonly Written[]): void {
    for (const { written } of commandsOf(tasks)) this.#trust.grant(this.#project, textOf(written));
  }

  /** @throws GalleyError `retrain.untrusted_command` */
  require(pipeline: string, { step, written }: Written): void {
    if (this.#trust.has(this.#project, textOf(written))) return;
    const message = `The step ${step} of ${pipeline} runs ${inWords(written)}. Nobody on this machine has added a file with this command.`;
    throw new GalleyError('retrain.untrusted_command', message, { details: { step, command: written.command } });
  }

  /** What the steps of a pipeline run. */
  actions(pipeline: string, tasks: readonly Written[]): ProjectAction[] {
    return commandsOf(tasks).map(({ step, written }) => ({
      place: `step ${step} of the pipeline ${pipeline}`,
      does: `runs ${inWords(written)}`,
      needs: this.#trust.has(this.#project, textOf(written)) ? null : 'it runs once its file is added on this machine',
    }));
  }
}

function commandsOf(tasks: readonly Written[]): Written[] {
  const commands = tasks.filter(({ kind }) => kind === 'run');
  return commands.filter(({ step }, index) => commands.findIndex((other) => other.step === step) === index);
}

function textOf({ command, environment = [] }: StepDefinition): string {
  return `run ${JSON.stringify([command, environment])}`;
}

function inWords({ command, environment }: StepDefinition): string {
  const words = (command as unknown[]).map(String).map(asWord).join(' ');
  const names = (environment ?? []) as string[];
  return names.length === 0 ? words : `${words} with ${names.join(', ')} of the environment`;
}

/** As it stands where it is one word, else in quotes. */
function asWord(text: string): string {
  return /^[\w./:=@%+,${}-]+$/.test(text) ? text : JSON.stringify(text);
}
