import { writeNumber } from '../../../../base/report-numbers.ts';
import { count } from '../../../../base/words.ts';
import { fieldKind, parseField, sliderRange, stepDecimals } from '../../../../contract/try-values.ts';
import type { FieldSignature } from '../../../../contract/values.ts';
import { element } from './elements.ts';

/** One input of the model on the page. */
export interface FieldControl {
  block: HTMLElement;
  /** The value as it stands, not checked; null is missing. */
  value(): unknown;
  set(value: unknown): void;
  /** What is wrong or remarkable; nothing where it is undefined. */
  say(message: string | undefined, isFault: boolean): void;
}

/** @param onchange is called at every change, also while a slider moves. */
export function fieldControl(field: FieldSignature, position: number, onchange: () => void): FieldControl {
  const id = `field-${position}`;
  const note = element('span', { className: 'note', id: `${id}-note` }, fieldNote(field));
  const message = element('span', { className: 'message', id: `${id}-message` });
  const { input, further, value, set } = controlOf(field, id, onchange);
  input.id = id;
  input.setAttribute('aria-describedby', `${note.id} ${message.id}`);
  const label = element('label', { htmlFor: id }, field.name);
  const block = element('div', { className: 'field' }, label, input, ...further, note, message);
  return {
    block,
    value,
    set,
    say(text, isFault) {
      message.textContent = text ?? '';
      message.classList.toggle('fault', isFault);
      if (isFault) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    },
  };
}

interface Control {
  input: HTMLElement;
  further: HTMLElement[];
  value(): unknown;
  set(value: unknown): void;
}

function controlOf(field: FieldSignature, id: string, onchange: () => void): Control {
  switch (fieldKind(field)) {
    case 'choice':
      return choiceControl(field, field.categories ?? [], (text) => text, onchange);
    case 'boolean':
      return choiceControl(field, ['false', 'true'], (text) => text === 'true', onchange);
    case 'number':
      return numberControl(field, id, onchange);
    default:
      return textControl(field, id, onchange);
  }
}

/** Options have their places as values: a category may be any text. */
function choiceControl(
  { nullable }: FieldSignature,
  choices: readonly string[],
  toValue: (text: string) => unknown,
  onchange: () => void,
): Control {
  const options = choices.map((choice, place) => element('option', { value: String(place) }, choice));
  const missing = element('option', { value: '' }, nullable ? 'missing' : 'choose');
  const input = element('select', {}, missing, ...options);
  input.addEventListener('change', onchange);
  return {
    input,
    further: [],
    value: () => (input.value === '' ? null : toValue(choices[Number(input.value)] as string)),
    set: (value) => {
      const place = choices.indexOf(String(value));
      input.value = value === null || value === undefined || place === -1 ? '' : String(place);
    },
  };
}

function numberControl(field: FieldSignature, id: string, onchange: () => void): Control {
  const input = element('input', { type: 'text', inputMode: 'decimal', placeholder: 'missing', autocomplete: 'off' });
  const range = sliderRange(field);
  const slider = element('input', { type: 'range', id: `${id}-slider` });
  slider.setAttribute('aria-label', `${field.name}, slider`);
  const follow = () => {
    const value = Number(input.value);
    if (input.value.trim() !== '' && Number.isFinite(value)) slider.value = String(value);
  };
  if (range) {
    slider.min = String(range.minimum);
    slider.max = String(range.maximum);
    slider.step = String(range.step);
    slider.addEventListener('input', () => {
      input.value = String(Number(Number(slider.value).toFixed(stepDecimals(range.step))));
      onchange();
    });
  }
  input.addEventListener('input', () => {
    follow();
    onchange();
  });
  return {
    input,
    further: range ? [slider] : [],
    value: () => parseField(field, input.value),
    set: (value) => {
      input.value = value === null || value === undefined ? '' : String(value);
      follow();
    },
  };
}

/** An empty box is an empty text where the field is a text; what is missing is said beside it. */
function textControl(field: FieldSignature, id: string, onchange: () => void): Control {
  const isText = field.type === 'text';
  const input = element('input', {
    type: field.type === 'date' ? 'date' : 'text',
    autocomplete: 'off',
    placeholder: field.type === 'timestamp' ? '2004-02-29T13:45:00Z' : '',
  });
  const missing = element('input', { type: 'checkbox', id: `${id}-missing` });
  const hasBox = isText && field.nullable;
  input.addEventListener('input', () => {
    missing.checked = false;
    onchange();
  });
  missing.addEventListener('change', onchange);
  const box = element('span', { className: 'missing' }, missing, element('label', { htmlFor: missing.id }, 'missing'));
  return {
    input,
    further: hasBox ? [box] : [],
    value: () => {
      if (!isText) return parseField(field, input.value);
      return hasBox && missing.checked ? null : input.value;
    },
    set: (value) => {
      missing.checked = value === null || value === undefined;
      input.value = missing.checked ? '' : String(value);
    },
  };
}

/** `float64, 33.1 to 59.6 in training, may be missing` */
function fieldNote({ type, minimum, maximum, categories, nullable }: FieldSignature): string {
  const write = (value: number) =>
    type === 'date' || type === 'timestamp'
      ? new Date(value).toISOString().slice(0, type === 'date' ? 10 : 19)
      : writeNumber(value);
  const hasRange = typeof minimum === 'number' && typeof maximum === 'number';
  const seen = categories
    ? [`${count(categories.length, 'value')} in training`]
    : hasRange
      ? [`${write(minimum)} to ${write(maximum)} in training`]
      : [];
  return [type, ...seen, ...(nullable ? ['may be missing'] : [])].join(', ');
}
