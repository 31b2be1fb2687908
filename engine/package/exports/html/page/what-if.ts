import { fieldKind, sliderRange } from '../../../../contract/try-values.ts';
import type { FieldSignature, Signature } from '../../../../contract/values.ts';
import type { InputValue } from '../../../../serving/field-rule.ts';
import { intervalChart, type Plot, plotChart } from '../../../card/card-charts.ts';
import { element, part } from './elements.ts';
import type { EmbeddedModel } from './embedded-model.ts';

const points = 41;
const mostCategories = 30;

/** Shows how the answer to the row of the form changes with one of its inputs. */
export class WhatIf {
  readonly #model: EmbeddedModel;
  readonly #signature: Signature;
  readonly #positions: number[];
  readonly #input: HTMLSelectElement;
  readonly #class: HTMLSelectElement;
  readonly #picture = element('div', { className: 'picture' });
  #row: InputValue[] | undefined;

  constructor(model: EmbeddedModel, signature: Signature) {
    this.#model = model;
    this.#signature = signature;
    this.#positions = signature.inputs.flatMap((field, position) => (canVary(field) ? [position] : []));
    const options = this.#positions.map((position) =>
      element('option', { value: String(position) }, signature.inputs[position]?.name ?? ''),
    );
    this.#input = element('select', { id: 'what-if-input' }, ...options);
    const number = this.#positions.find((position) => isNumber(signature.inputs[position]));
    if (number !== undefined) this.#input.value = String(number);
    const classes = signature.classes ?? [];
    const classOptions = classes.map((name, index) => element('option', { value: String(index) }, name));
    this.#class = element('select', { id: 'what-if-class' }, ...classOptions);
    if (classes.length > 1) this.#class.value = '1';
    for (const select of [this.#input, this.#class]) select.addEventListener('change', () => void this.#draw());
    const chooser = element('p', {}, labelFor(this.#input, 'Input'), this.#input);
    if (classes.length > 2) chooser.append(labelFor(this.#class, 'Class'), this.#class);
    if (this.#positions.length > 0) part('whatIf').append(chooser, this.#picture);
    else part('whatIf').hidden = true;
  }

  /** @param row what the form holds; undefined while it cannot be answered. */
  async show(row: InputValue[] | undefined): Promise<void> {
    this.#row = row;
    await this.#draw();
  }

  async #draw(): Promise<void> {
    const row = this.#row;
    const position = Number(this.#input.value);
    const field = this.#signature.inputs[position];
    if (!field || this.#positions.length === 0) return;
    if (!row) {
      this.#picture.replaceChildren();
      return;
    }
    const now = row[position] ?? null;
    const values = valuesOf(field, now);
    const { outputs } = await this.#model.answer([...values.map((value) => row.with(position, value)), row]);
    if (row !== this.#row || position !== Number(this.#input.value)) return;
    const output = this.#signature.classes ? Number(this.#class.value) : 0;
    const answers = outputs.map((answer) => answer[output] ?? Number.NaN);
    // Made by `html`, which escapes every text.
    this.#picture.innerHTML = this.#chart(field, values, answers, now);
  }

  #chart(field: FieldSignature, values: readonly InputValue[], answers: readonly number[], now: InputValue): string {
    const { target, classes } = this.#signature;
    const y = classes ? `probability of ${classes[Number(this.#class.value)] ?? ''}` : target;
    const label = `${y} by ${field.name}`;
    if (!isNumber(field)) {
      const rows = values.map((value, index) => ({
        label: String(value),
        value: answers[index] ?? Number.NaN,
        low: null,
        high: null,
      }));
      return intervalChart(
        rows.filter((row) => Number.isFinite(row.value)),
        { axis: y, label },
      ).text;
    }
    const line = values.map((value, index) => ({ x: Number(value), y: answers[index] ?? Number.NaN }));
    const here = typeof now === 'number' ? [{ x: now, y: answers.at(-1) ?? Number.NaN }] : [];
    const range = sliderRange(field);
    const plot: Plot = {
      x: field.name,
      y,
      series: [
        { name: '', drawn: 'line', points: line.filter((point) => Number.isFinite(point.y)) },
        { name: '', drawn: 'mark', points: here.filter((point) => isWithin(point.x, range)) },
      ],
      ...(classes ? { yRange: [0, 1] as [number, number] } : {}),
    };
    return plotChart(plot, label).text;
  }
}

function isNumber(field: FieldSignature | undefined): boolean {
  return field !== undefined && fieldKind(field) === 'number';
}

function isWithin(value: number, range: ReturnType<typeof sliderRange>): boolean {
  return range !== undefined && value >= range.minimum && value <= range.maximum;
}

function labelFor(select: HTMLSelectElement, text: string): HTMLLabelElement {
  return element('label', { htmlFor: select.id }, text);
}

function canVary(field: FieldSignature): boolean {
  return isNumber(field) ? sliderRange(field) !== undefined : fieldKind(field) === 'choice';
}

/** Values over the range of a slider, among them what the form holds, so that its answer lies on the line; or the categories. */
function valuesOf(field: FieldSignature, now: InputValue): InputValue[] {
  const range = sliderRange(field);
  if (!isNumber(field) || !range) return (field.categories ?? []).slice(0, mostCategories);
  const steps = Array.from(
    { length: points },
    (_, index) => range.minimum + ((range.maximum - range.minimum) * index) / (points - 1),
  );
  const here = typeof now === 'number' && isWithin(now, range) ? [now] : [];
  const all = [...(field.type === 'int64' ? steps.map(Math.round) : steps), ...here];
  return [...new Set(all)].sort((one, other) => one - other);
}
