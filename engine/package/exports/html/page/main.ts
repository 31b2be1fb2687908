import { firstRow } from '../../../../contract/try-values.ts';
import type { Signature } from '../../../../contract/values.ts';
import type { InputValue } from '../../../../serving/field-rule.ts';
import { RowCheck } from '../../../../serving/row-check.ts';
import { RowFaults } from '../../../../serving/row-faults.ts';
import type { PageData } from '../page-data.ts';
import { answerText, answerView } from './answer-view.ts';
import { checkGolden } from './check-golden.ts';
import { element, part } from './elements.ts';
import { EmbeddedModel } from './embedded-model.ts';
import { type FieldControl, fieldControl } from './field-control.ts';
import { WhatIf } from './what-if.ts';

/** After the last change, in milliseconds: a screen reader is not told of every step of a slider. */
const speakAfter = 700;

const remarks = {
  out_of_range: 'Outside what was seen in training.',
  unseen_category: 'Not seen in training.',
} as const;

/** The form and the answer to what it holds. */
class TryForm {
  readonly #signature: Signature;
  readonly #model: EmbeddedModel;
  readonly #check: RowCheck;
  readonly #controls: FieldControl[];
  readonly #whatIf: WhatIf;
  #asked = 0;
  #isDrawing = false;
  #speaking: ReturnType<typeof setTimeout> | undefined;

  constructor(signature: Signature, model: EmbeddedModel) {
    this.#signature = signature;
    this.#model = model;
    this.#check = new RowCheck(signature);
    this.#controls = signature.inputs.map((field, position) => fieldControl(field, position, () => this.#changed()));
    part('fields').append(...this.#controls.map(({ block }) => block));
    this.#whatIf = new WhatIf(model, signature);
    part('reset').addEventListener('click', () => this.reset());
  }

  reset(): void {
    const row = firstRow(this.#signature);
    this.#controls.forEach((control, position) => {
      control.set(row[this.#signature.inputs[position]?.name ?? '']);
    });
    this.#changed();
  }

  /** Answers once a frame, however often a slider moves in it. */
  #changed(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      void this.#answer();
    });
  }

  async #answer(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const values = this.#checked();
    if (!values) {
      part('answer').replaceChildren(
        element('p', { className: 'second' }, 'The model answers once every field holds what it takes.'),
      );
      this.#speak('No answer: a field is not right.');
      await this.#whatIf.show(undefined);
      return;
    }
    const { outputs, labels } = await this.#model.answer([values]);
    if (asked !== this.#asked) return;
    const answer = { outputs: outputs[0] ?? [], label: labels?.[0] };
    part('answer').replaceChildren(...answerView(this.#signature, answer));
    this.#speak(answerText(this.#signature, answer));
    await this.#whatIf.show(values);
  }

  /** The values of the form, checked as the prediction server does; undefined where one is refused. */
  #checked(): InputValue[] | undefined {
    const { inputs } = this.#signature;
    const row = Object.create(null) as Record<string, unknown>;
    inputs.forEach(({ name }, position) => {
      row[name] = this.#controls[position]?.value();
    });
    const faults = new RowFaults();
    const checked = this.#check.check(row, 0, faults);
    inputs.forEach(({ name }, position) => {
      const fault = faults.listed.find(({ field }) => field === name);
      const flag = checked?.flags?.find(({ field }) => field === name)?.flag;
      const remark = flag === 'out_of_range' || flag === 'unseen_category' ? remarks[flag] : undefined;
      this.#controls[position]?.say(fault?.message ?? remark, fault !== undefined);
    });
    return checked?.values;
  }

  #speak(text: string): void {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => {
      part('spoken').textContent = text;
    }, speakAfter);
  }
}

async function start(): Promise<void> {
  const data = JSON.parse(part('data').textContent ?? '') as PageData;
  const model = await EmbeddedModel.open(data.signature);
  part('status').hidden = true;
  part('app').hidden = false;
  new TryForm(data.signature, model).reset();
  part('check').addEventListener('click', () => void checkGolden(model, data));
}

start().catch((error: unknown) => {
  part('status').textContent =
    `The model cannot be run in this browser: ${error instanceof Error ? error.message : String(error)} A current Chrome, Edge, Firefox or Safari can.`;
  part('status').classList.add('fault');
});
