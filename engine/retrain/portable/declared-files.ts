import { commandOf } from '../commands/command.ts';
import { copyInto, filesRead } from '../commands/command-folder.ts';
import type { Task } from '../definition/tasks.ts';

/** Copies the files that a command declares to read. @throws GalleyError `retrain.command_incomplete` */
export async function copyReads(task: Task, from: string, to: string): Promise<void> {
  const command = commandOf(task);
  await copyInto(command, to, await filesRead(from, command));
}
