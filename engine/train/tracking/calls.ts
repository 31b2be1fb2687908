import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { RunDetail } from '../../contract/train.ts';
import type { LinkedCode, RunTracking, trainTrackingCalls } from '../../contract/train-tracking.ts';
import type { Handlers } from '../../jobs/context.ts';
import { requireName } from '../run-references.ts';
import { codeState, findRepository } from './code/code-state.ts';
import { LinkedCodeFile } from './code/linked-code.ts';
import { type DeletionTools, deleteRuns } from './delete-runs.ts';
import { exportRuns } from './export/export-runs.ts';
import { readFilter } from './filter/complete.ts';
import { describeLooks } from './holdout-looks.ts';
import type { StoredTracking } from './run-facts.ts';
import { RunFields } from './run-fields.ts';
import type { RunList } from './run-list.ts';
import { RunViews } from './run-views.ts';

/** The calls about the table of runs, what is written about them, and the code they are linked with. */
export function trackingHandlers(
  tools: DeletionTools,
  list: RunList,
  detailOf: (number: number) => RunDetail,
): Handlers<typeof trainTrackingCalls> {
  const { context, runs: store } = tools;
  const { clock, database, events, project } = context;
  const fields = new RunFields(database);
  const views = new RunViews(context);
  const linkFile = new LinkedCodeFile(project);
  const changed = (subject?: string) => events.publish({ type: 'phase.changed', phase: 'train', subject });
  const changeOne = (reference: string, change: (number: number) => void): RunTracking => {
    const { number, id } = requireName(store, reference);
    change(number);
    changed(id);
    return describeTracking(store.facts.tracking(number));
  };
  const changeAll = (references: readonly string[], change: (numbers: number[]) => void) => {
    const runs = references.map((reference) => requireName(store, reference));
    change(runs.map(({ number }) => number));
    changed();
    return { runs };
  };
  return {
    runs: async (input) => list.page(input),
    runFields: async () => ({ fields: fields.list() }),
    readFilter: async ({ text, cursor }) =>
      readFilter(text, Math.min(cursor ?? text.length, text.length), fields.list()),
    views: async () => ({ views: views.list() }),
    saveView: async ({ name, view }) => {
      const { chart: _, ...shown } = view;
      list.page({ ...shown, limit: 0 }); // What cannot be read is refused before it is kept.
      const saved = views.save(name, view);
      changed();
      return saved;
    },
    deleteView: async ({ name }) => {
      const deleted = views.delete(name);
      changed();
      return deleted;
    },
    rename: async ({ run, name }) => {
      const wanted = name.trim();
      return changeOne(run, (number) => store.facts.rename(number, wanted === '' ? null : wanted));
    },
    note: async ({ run, note }) => changeOne(run, (number) => store.facts.note(number, note.trim() === '' ? '' : note)),
    tag: async ({ runs, tags }) => changeAll(runs, (numbers) => store.facts.tag(numbers, tags)),
    untag: async ({ runs, keys }) => changeAll(runs, (numbers) => store.facts.untag(numbers, keys)),
    archive: async ({ runs }) => changeAll(runs, (numbers) => store.facts.archive(numbers, clock.now())),
    restore: async ({ runs }) => changeAll(runs, (numbers) => store.facts.archive(numbers, null)),
    delete: async ({ runs }) => {
      const deleted = deleteRuns(tools, runs);
      changed();
      return { runs: deleted };
    },
    export: async (order) => exportRuns({ context, store, list, fields, detailOf }, order),
    linkCode: async ({ path }) => {
      if (path === null) linkFile.remove();
      else linkFile.write(await linkTo(path, isoTime(clock.now())));
      changed();
      return linkedCode(linkFile);
    },
    linkedCode: async () => linkedCode(linkFile),
  };
}

/** As it crosses the border. */
export function describeTracking({ name, note, tags, archivedAt, holdoutLooks }: StoredTracking): RunTracking {
  return {
    name,
    note,
    tags,
    archivedAt: archivedAt === null ? null : isoTime(archivedAt),
    holdout: describeLooks(holdoutLooks),
  };
}

/** @throws GalleyError `train.code_not_linked`, `train.git_missing` */
async function linkTo(path: string, linkedAt: string): Promise<LinkedCode> {
  const refuse = (reason: string) =>
    new GalleyError('train.code_not_linked', `${path} cannot be linked: ${reason}.`, { details: { path } });
  const folder = resolve(path);
  if (path.includes('\0') || !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw refuse('there is no such folder');
  const found = await findRepository(folder);
  if ('output' in found) return { path: realpathSync(folder), root: found.output, linkedAt };
  if (found.missing) throw new GalleyError('train.git_missing', `${path} cannot be linked: ${found.problem}.`);
  throw refuse(found.problem);
}

async function linkedCode(file: LinkedCodeFile) {
  const linked = file.read() ?? null;
  return { linked, state: linked && (await codeState(linked.path)) };
}
