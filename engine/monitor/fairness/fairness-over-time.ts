import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { FrameColumn } from '../../base/frame.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { FairnessOverTime } from '../../contract/monitor-fairness-over-time.ts';
import { type RemovedPart, removedWords } from '../../contract/monitor-removed.ts';
import type { FairnessReport } from '../../contract/train-fairness.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import { fewestGroupRows, requireClass, sensitiveGroups } from '../../train/for-jobs.ts';
import { KeptAnswers } from '../kept-answers.ts';
import { loggedInput } from '../performance/logged-input.ts';
import type { MeasuredLog, MeasuredLogs, MeasuredRange, MeasuringSources } from '../performance/measured-log.ts';
import type { VersionReference } from '../reference.ts';
import { removedPart } from '../removed-part.ts';
import type { MeasuredFairness } from './measure-fairness.ts';
import {
  hiddenWords,
  pseudonymReader,
  type SensitiveInputs,
  type SensitiveSources,
  sensitiveInputs,
} from './sensitive-inputs.ts';

export interface FairnessOptions extends MeasuredRange {
  by?: string | undefined;
  favourable?: string | undefined;
  /** Rows that a group needs. */
  minimum?: number | undefined;
}

/** How deployments treated groups of people over time. */
export class DeploymentFairness {
  readonly #sources: MeasuringSources & SensitiveSources;
  readonly #logs: MeasuredLogs;
  readonly #kept = new KeptAnswers<MeasuredFairness>(16);

  constructor(sources: MeasuringSources & SensitiveSources, logs: MeasuredLogs) {
    this.#sources = sources;
    this.#logs = logs;
  }

  /** The marks of the columns that the deployed version was trained on: what is sensitive changes with them. */
  async marks({ model, version }: DeploymentSpec): Promise<Readonly<Record<string, unknown>>> {
    const { data, datasetOf, references } = this.#sources;
    return data.marks.of(datasetOf(await references.facts(model, version))) ?? {};
  }

  /** @throws GalleyError `call.canceled`, `monitor.invalid_range`, `monitor.unknown_column`, `train.unknown_class` */
  async of(spec: DeploymentSpec, options: FairnessOptions, signal?: AbortSignal): Promise<FairnessOverTime> {
    const { deploy } = this.#sources;
    await deploy.collect(spec.id);
    return deploy.readLog(spec.id, options, async (parts) => {
      const measured = await this.#logs.of(spec, parts, options, signal);
      const { reference, rule, windows } = measured;
      if (options.favourable !== undefined) requireClass(rule.classes, options.favourable);
      const inputs = await sensitiveInputs(this.#sources, measured);
      const removed = await removedPart(this.#sources, spec, options);
      const view = {
        deployment: spec.name,
        version: spec.version,
        columns: inputs.choices,
        ...(removed && { removed }),
      };
      const by = options.by ?? inputs.known[0];
      const says = by === undefined ? hiddenWords(inputs) : unknownWords(columnsOf(by, reference), inputs);
      const labelled = labelledInLog(measured);
      if (by === undefined || says !== null || labelled === 0) {
        const nothing = { reference: null, whole: null, windows: [] };
        return { ...view, ...nothing, says: says ?? noLabelWords(measured, removed) };
      }
      const found = await this.#measured(measured, by, inputs, options, signal);
      return {
        ...view,
        reference: found.reference,
        whole: found.whole,
        windows: windows.map(({ from, to }, index) => ({
          from: isoTime(from),
          to: isoTime(to),
          ...(found.windows[index] as MeasuredFairness['windows'][number]),
        })),
        says: found.whole ? null : `Only ${labelled} rows have a label; ${measured.limits.minimumRows} are needed.`,
      };
    });
  }

  /** Of a whole range, by each sensitive input that the log has values of; null where there is none, or no label. */
  async whole(measured: MeasuredLog, signal: AbortSignal): Promise<FairnessReport[] | null> {
    if (labelledInLog(measured) === 0) return null;
    const inputs = await sensitiveInputs(this.#sources, measured);
    const reports: FairnessReport[] = [];
    for (const by of inputs.known) {
      const { whole } = await this.#measured(measured, by, inputs, {}, signal);
      if (whole) reports.push(whole);
    }
    return reports.length === 0 ? null : reports;
  }

  #measured(
    measured: MeasuredLog,
    by: string,
    inputs: SensitiveInputs,
    { favourable, minimum = fewestGroupRows }: Pick<FairnessOptions, 'favourable' | 'minimum'>,
    signal: AbortSignal | undefined,
  ): Promise<MeasuredFairness> {
    const key = JSON.stringify([measured.key, by, favourable, minimum]);
    const make = (work: AbortSignal) => this.#measure(measured, by, inputs, { favourable, minimum }, work);
    return this.#kept.get(key, make, signal);
  }

  async #measure(
    { answered, limits, log, reference, rule, windows }: MeasuredLog,
    by: string,
    { pseudonyms }: SensitiveInputs,
    { favourable, minimum }: { favourable: string | undefined; minimum: number },
    signal: AbortSignal,
  ): Promise<MeasuredFairness> {
    const { data, holdouts, threads } = this.#sources;
    const held = await holdouts.of(reference);
    const columns: FrameColumn[] = [];
    for (const name of columnsOf(by, reference)) {
      const other = await holdouts.input(reference, name);
      const own = await loggedInput(log, reference, name);
      const read =
        pseudonyms.has(name) && other.kind === 'text' ? pseudonymReader(data.marks.key(), other.values) : null;
      columns.push(joined(own, other, read));
    }
    const rows = answered.targets.length;
    const { codes, names } = sensitiveGroups({ rows: rows + held.targets.length, columns }, by);
    return threads.measure(
      'fairness',
      {
        rule,
        current: answered,
        reference: held,
        groups: { by, names, current: codes.slice(0, rows), reference: codes.slice(rows) },
        windows,
        favourable,
        minimumGroupRows: minimum,
        minimumRows: limits.minimumRows,
      },
      signal,
    );
  }
}

function noLabelWords({ performance }: MeasuredLog, removed: RemovedPart | null): string {
  if (removed === null || performance.whole.summed === 0) return 'No row of the range has a label yet.';
  return `No row with a label is left: ${removedWords(removed)}.`;
}

/** Of rows that left the log the groups are not known. */
function labelledInLog({ performance }: MeasuredLog): number {
  return performance.whole.labelled - performance.whole.summed;
}

/** A column, or those of `A+B`; one may have a plus in its name. @throws GalleyError `monitor.unknown_column` */
function columnsOf(by: string, { signature }: VersionReference): string[] {
  const known = signature.inputs.map(({ name }) => name);
  const names = known.includes(by) ? [by] : by.split('+');
  for (const name of names) {
    if (known.includes(name)) continue;
    const message = `The model has no input "${name}". ${suggestName(name, known)}`;
    throw new GalleyError('monitor.unknown_column', message, { details: { column: name, columns: known } });
  }
  return names;
}

function unknownWords(names: readonly string[], { choices }: SensitiveInputs): string | null {
  const hidden = names.filter((name) => !choices.includes(name));
  return hidden.length === 0 ? null : hiddenWords({ hidden });
}

/** The values of both sides, one after the other. */
function joined(
  own: FrameColumn,
  other: FrameColumn,
  read: ((text: string | null) => string | null) | null,
): FrameColumn {
  if (own.kind === 'text' || other.kind === 'text') {
    const texts = (column: FrameColumn) => (column.kind === 'text' ? column.values : Array.from(column.values, textOf));
    const logged = read ? texts(own).map(read) : texts(own);
    return { name: other.name, type: 'text', kind: 'text', values: [...logged, ...texts(other)] };
  }
  const values = new Float64Array(own.values.length + other.values.length);
  values.set(own.values);
  values.set(other.values, own.values.length);
  return { ...other, values };
}

function textOf(value: number): string | null {
  return Number.isNaN(value) ? null : String(value);
}
