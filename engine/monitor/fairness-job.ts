import { GalleyError } from '../base/errors.ts';
import { type Frame, type FrameColumn, selectRows } from '../base/frame.ts';
import type { InputOf } from '../contract/call.ts';
import type { FairnessAnswer, fairnessCall } from '../contract/monitor-fairness.ts';
import type { FairnessReport } from '../contract/train-fairness.ts';
import type { ColumnType } from '../contract/values.ts';
import { withTableFile } from '../data/for-jobs.ts';
import type { JobContext } from '../jobs/job-process.ts';
import { type GroupCounts, groupCounts, groupRates } from '../statistics/fairness.ts';
import { readTableFrame } from '../store/frames.ts';
import { decisionReport, fewestGroupRows, type JudgedDecisions, sensitiveGroups } from '../train/index.ts';
import { requireColumn, unreadable } from './given-file.ts';

export type FairnessJobInput = InputOf<typeof fairnessCall>;

const numberTypes: readonly ColumnType[] = ['int64', 'float64', 'decimal'];
const seed = 0;

/**
 * Judges the decisions of a file by group. Rows without a label or an answer are left out and counted.
 * @throws GalleyError `monitor.unknown_column`, `monitor.unknown_value`, `monitor.unreadable_file`
 */
export async function runFairnessJob(input: FairnessJobInput, job: JobContext): Promise<FairnessAnswer> {
  job.progress({ phase: 'reading', done: 0, total: 0 });
  const { frame, grouped } = await readRows(input, job);
  job.throwIfCanceled();
  job.progress({ phase: 'comparing', done: 0, total: input.by.length });
  const { kept, ...decisions } = decisionsOf(input, frame);
  const groupFrame = selectRows(grouped, kept);
  const minimum = input.minimum ?? fewestGroupRows;
  const [overall] = groupCounts({ groups: new Int32Array(kept.length), groupCount: 1, ...decisions });
  const by = input.by.map((name): [string, FairnessAnswer['by'][string]] => {
    job.throwIfCanceled();
    const groups = sensitiveGroups(groupFrame, name);
    const counts = groupCounts({ groups: groups.codes, groupCount: groups.names.length, ...decisions });
    return [name, answerOf(decisionReport(decisions, groups, minimum, seed), counts)];
  });
  return {
    rows: kept.length,
    dropped: frame.rows - kept.length,
    favourable: input.favourable,
    minimum,
    overall: ratesOf(overall as GroupCounts),
    by: Object.fromEntries(by),
  };
}

/** All columns that are asked for as texts, and those of the groups in their types. */
async function readRows(input: FairnessJobInput, job: JobContext): Promise<{ frame: Frame; grouped: Frame }> {
  const folder = job.stagingFolder;
  return withTableFile(input.file, { folders: [folder], temporaryFolder: folder }, async (file) => {
    const known = file.schema.map(({ name }) => name);
    const groups = [...new Set(input.by.flatMap((by) => (known.includes(by) ? [by] : by.split('+'))))];
    const answer = input.score ?? input.prediction;
    const names = [...new Set([input.label, ...(answer === undefined ? [] : [answer]), ...groups])];
    for (const name of names) requireColumn(input.file, known, name);
    const typeOf = (name: string) => file.schema.find((column) => column.name === name)?.type ?? 'text';
    const isNumber = (name: string) => numberTypes.includes(typeOf(name));
    // Yes and No are read as true and false; here they are named as they are written.
    const wanted = names.map((name) => ({ name, form: isNumber(name) ? 'value' : 'written' }) as const);
    try {
      const columns = names.map((name) => ({ name, type: 'text' as const }));
      const frame = await readTableFrame(file.connection, file.table(wanted), columns);
      const typed = groups.map((name): FrameColumn => {
        const column = frame.columns[names.indexOf(name)] as FrameColumn;
        if (!isNumber(name)) return column;
        const values = Float64Array.from(column.values as (string | null)[], numberOf);
        return { name, type: typeOf(name), kind: 'number', values };
      });
      return { frame, grouped: { rows: frame.rows, columns: typed } };
    } catch (error) {
      if (error instanceof GalleyError) throw error;
      throw unreadable(input.file, (error as Error).message, error);
    }
  });
}

function numberOf(text: string | null): number {
  return text === null || text === '' ? Number.NaN : Number(text);
}

/** `1`, `1.0` and `1.00` are one value, and so are `True` and `true`. */
function plain(text: string): string {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isNaN(number)) return String(number);
  const small = text.toLowerCase();
  return small === 'true' || small === 'false' ? small : text;
}

function decisionsOf(input: FairnessJobInput, frame: Frame): JudgedDecisions & { kept: Int32Array } {
  const texts = (name: string) => frame.columns.find((column) => column.name === name)?.values as (string | null)[];
  const favourable = plain(input.favourable);
  const labels = texts(input.label);
  if (!labels.some((label) => label !== null && plain(label) === favourable)) {
    const message = `No row of ${input.file} has "${input.favourable}" in "${input.label}".`;
    throw new GalleyError('monitor.unknown_value', message, {
      details: { column: input.label, value: input.favourable, values: [...new Set(labels)].slice(0, 20) },
    });
  }
  const answers = texts((input.score ?? input.prediction) as string);
  const threshold = input.threshold ?? 0.5;
  const isSelected = (answer: string) =>
    input.score === undefined ? plain(answer) === favourable : Number(answer) >= threshold;
  const isUsable = (answer: string | null | undefined) =>
    typeof answer === 'string' && answer !== '' && (input.score === undefined || !Number.isNaN(Number(answer)));
  const kept = Int32Array.from(labels.keys()).filter((row) => Boolean(labels[row]) && isUsable(answers[row]));
  return {
    favourable: input.favourable,
    actual: Uint8Array.from(kept, (row) => Number(plain(labels[row] as string) === favourable)),
    selected: Uint8Array.from(kept, (row) => Number(isSelected(answers[row] as string))),
    kept,
  };
}

function ratesOf(counts: GroupCounts) {
  const { n, selected, positives, truePositives, falsePositives } = counts;
  return { n, selected, positives, tp: truePositives, fp: falsePositives, ...groupRates(counts) };
}

type Difference = Exclude<keyof FairnessAnswer['by'][string], 'by_group' | 'intervals' | 'says'>;

function answerOf(report: FairnessReport, counts: readonly GroupCounts[]): FairnessAnswer['by'][string] {
  const groups = report.groups.map(({ group, tooSmall, figures }, index) => {
    const rates = ratesOf(counts[index] as GroupCounts);
    const none = { selection_rate: null, base_rate: null, accuracy: null, tpr: null, fpr: null, precision: null };
    return [group, { ...rates, ...(tooSmall && none), too_small: tooSmall, intervals: intervalsOf(figures) }] as const;
  });
  const difference = (name: Difference) => report.differences[name]?.value ?? null;
  return {
    by_group: Object.fromEntries(groups),
    demographic_parity_difference: difference('demographic_parity_difference'),
    demographic_parity_ratio: difference('demographic_parity_ratio'),
    equalized_odds_difference: difference('equalized_odds_difference'),
    equalized_odds_ratio: difference('equalized_odds_ratio'),
    equal_opportunity_difference: difference('equal_opportunity_difference'),
    intervals: intervalsOf(report.differences),
    says: report.says,
  };
}

function intervalsOf(figures: FairnessReport['differences']): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, { low, high }]) =>
      low === null || high === null ? [] : [[name, [low, high]] as [string, number[]]],
    ),
  );
}
