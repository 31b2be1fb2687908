import { writeNumber } from '../../../../base/report-numbers.ts';
import type { Signature } from '../../../../contract/values.ts';
import { element } from './elements.ts';

/** One answer of the model. */
export interface Answer {
  /** Probabilities in the order of the classes, or one prediction; null is not finite. */
  outputs: (number | null)[];
  label: string | undefined;
}

const mostBars = 12;

/** An answer in a sentence, for those who hear the page. */
export function answerText({ target }: Signature, { outputs, label }: Answer): string {
  if (label === undefined) return `${target}: ${writeNumber(outputs[0])}`;
  const highest = outputs.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return `${target}: ${label}, highest probability ${percent(highest)}`;
}

export function answerView(signature: Signature, answer: Answer): HTMLElement[] {
  return answer.label === undefined ? numberView(signature, answer) : classView(signature, answer);
}

function numberView({ target, intervals = [] }: Signature, { outputs }: Answer): HTMLElement[] {
  const [prediction] = outputs as [number | null];
  if (prediction === null) return [element('p', { className: 'big' }, 'The answer is not a finite number.')];
  const lines = intervals.map(({ level, halfWidth }) =>
    element(
      'p',
      { className: 'second' },
      `${Math.round(level * 100)} % interval: ${writeNumber(prediction - halfWidth)} to ${writeNumber(prediction + halfWidth)}`,
    ),
  );
  return [
    element('p', { className: 'second' }, target),
    element('p', { className: 'big' }, writeNumber(prediction)),
    ...lines,
  ];
}

function classView({ target, classes = [], threshold }: Signature, { outputs, label }: Answer): HTMLElement[] {
  const all = classes.map((name, index) => ({ name, probability: outputs[index] ?? null, isSecond: index === 1 }));
  const shown = all.length <= mostBars ? all : all.toSorted(byProbability).slice(0, mostBars);
  const bars = shown.map(({ name, probability, isSecond }) =>
    bar(name, probability, name === label, isSecond ? threshold : undefined),
  );
  const notes = [
    ...(threshold === undefined
      ? []
      : [`The mark is the threshold: the answer is ${classes[1]} from ${percent(threshold)} on.`]),
    ...(all.length > shown.length ? [`The ${mostBars} likeliest of ${all.length} classes.`] : []),
  ];
  return [
    element('p', { className: 'second' }, target),
    element('p', { className: 'big' }, label ?? ''),
    element('ul', { className: 'bars' }, ...bars),
    ...notes.map((note) => element('p', { className: 'second' }, note)),
  ];
}

function byProbability(one: { probability: number | null }, other: { probability: number | null }): number {
  return (other.probability ?? 0) - (one.probability ?? 0);
}

function bar(name: string, probability: number | null, isAnswer: boolean, threshold: number | undefined): HTMLElement {
  const fill = element('span', { className: 'fill' });
  fill.style.setProperty('width', `${100 * (probability ?? 0)}%`);
  const track = element('span', { className: 'track' }, fill);
  track.setAttribute('aria-hidden', 'true');
  if (threshold !== undefined) {
    const mark = element('span', { className: 'mark' });
    mark.style.setProperty('left', `${100 * threshold}%`);
    track.append(mark);
  }
  const value = element('span', { className: 'value' }, probability === null ? 'not finite' : percent(probability));
  const line = element('li', {}, element('span', { className: 'name', title: name }, name), track, value);
  line.classList.toggle('answered', isAnswer);
  return line;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}
