import { existsSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { contentHash } from '../../../base/canonical-json.ts';
import { isoTime } from '../../../base/clock.ts';
import { writeFileDurably } from '../../../base/durable-files.ts';
import { GalleyError } from '../../../base/errors.ts';
import type { InputOf, OutputOf } from '../../../contract/call.ts';
import type { RunDetail } from '../../../contract/train.ts';
import type { trainTrackingCalls } from '../../../contract/train-tracking.ts';
import type { EngineContext } from '../../../jobs/context.ts';
import { requireName } from '../../run-references.ts';
import type { RunStore } from '../../store.ts';
import { tellFaults } from '../filter/fault.ts';
import { parseField } from '../filter/parse.ts';
import type { RunFields } from '../run-fields.ts';
import type { RunList } from '../run-list.ts';
import { allColumns, csvOf } from './run-csv.ts';
import { mostDetailed, reportOf } from './run-report.ts';

type Order = InputOf<typeof trainTrackingCalls.export>;

export interface ExportTools {
  context: EngineContext;
  store: RunStore;
  list: RunList;
  fields: RunFields;
  detailOf: (number: number) => RunDetail;
}

/**
 * Writes runs into a file, or answers with its text.
 * @throws GalleyError `train.run_not_found`, `train.no_runs_selected`, `train.invalid_export_path`, those of a selection
 */
export function exportRuns(tools: ExportTools, order: Order): OutputOf<typeof trainTrackingCalls.export> {
  if (order.to !== undefined) requirePath(order.to, order.format);
  const numbers = order.runs
    ? [...new Set(order.runs.map((reference) => requireName(tools.store, reference).number))]
    : tools.list.select(order.selection ?? {});
  if (numbers.length === 0) throw new GalleyError('train.no_runs_selected', 'There is no run to export.');
  const content = order.format === 'csv' ? csv(tools, numbers, order) : report(tools, numbers, order);
  if (order.to !== undefined) writeFile(order.to, content);
  return {
    runs: numbers.length,
    bytes: Buffer.byteLength(content),
    sha256: contentHash(content),
    path: order.to ?? null,
    content: order.to === undefined ? content : null,
  };
}

function csv({ list, fields }: ExportTools, numbers: readonly number[], { columns }: Order): string {
  for (const column of columns ?? []) tellFaults('train.invalid_order', column, () => parseField(column));
  return csvOf(list, numbers, columns ?? allColumns(fields.list()));
}

function report({ context, store, detailOf }: ExportTools, numbers: readonly number[], { title }: Order): string {
  return reportOf({
    title: title ?? `Runs of ${context.project.name}`,
    project: context.project.name,
    madeAt: isoTime(context.clock.now()),
    engine: context.version,
    runs: store.listed(numbers),
    details: numbers.slice(0, mostDetailed).map(detailOf),
  });
}

function requirePath(to: string, format: Order['format']): void {
  const refuse = (reason: string) =>
    new GalleyError('train.invalid_export_path', `Cannot write to ${to}: ${reason}.`, { details: { path: to } });
  if (!isAbsolute(to)) throw refuse('a whole path is needed');
  if (!to.toLowerCase().endsWith(`.${format}`)) throw refuse(`it must end in .${format}`);
  if (!existsSync(dirname(to))) throw refuse(`the folder ${dirname(to)} is not there`);
}

function writeFile(to: string, content: string): void {
  try {
    writeFileDurably(to, content);
  } catch (cause) {
    if (['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new GalleyError('train.invalid_export_path', `Cannot write to ${to}: ${(cause as Error).message}.`, {
      details: { path: to },
      cause,
    });
  }
}
