import { writeNumber } from '../../../../base/report-numbers.ts';
import { count } from '../../../../base/words.ts';
import { compareWithGolden, type GoldenFault, type GraphAnswers, isAtBorder } from '../../../golden-comparison.ts';
import type { GoldenSet } from '../../../golden-set.ts';
import type { PageData } from '../page-data.ts';
import { element, part } from './elements.ts';
import type { EmbeddedModel } from './embedded-model.ts';

const rowsAtOnce = 500;

/** Runs the golden set and says whether this file answers as the trainer did. */
export async function checkGolden(model: EmbeddedModel, data: PageData): Promise<void> {
  const place = part('checked');
  place.replaceChildren('Checking …');
  try {
    say(place, data, await answersOf(model, data.golden));
  } catch (error) {
    const text = `The golden rows cannot be run in this browser: ${error instanceof Error ? error.message : String(error)}`;
    place.replaceChildren(element('span', { className: 'fault' }, '✗ '), text);
  }
}

async function answersOf(model: EmbeddedModel, golden: GoldenSet): Promise<GraphAnswers> {
  const answers: Required<GraphAnswers> = { outputs: [], labels: [] };
  for (let first = 0; first < golden.rows.length; first += rowsAtOnce) {
    const { outputs, labels = [] } = await model.answer(golden.rows.slice(first, first + rowsAtOnce));
    answers.outputs.push(...outputs);
    answers.labels.push(...labels);
  }
  return answers;
}

function say(place: HTMLElement, { signature: { threshold }, golden }: PageData, answers: GraphAnswers): void {
  const { faults, largest } = compareWithGolden(golden, answers);
  const isRounding = ({ kind, row }: GoldenFault) => kind === 'label' && isAtBorder(golden, row, threshold);
  const rounded = faults.filter(isRounding).length;
  const real = faults.filter((fault) => !isRounding(fault));
  const [fault] = real;
  if (!fault) {
    const but =
      rounded === 0
        ? ''
        : ` ${count(rounded, 'label is another', 'labels are others')}, where two labels lie closer together than this browser rounds.`;
    const text = `All ${count(golden.rows.length, 'answer')} to the golden rows are those of the trainer; the largest difference is ${writeNumber(largest)}.${but}`;
    place.replaceChildren(element('span', { className: 'good' }, '✓ '), text);
    return;
  }
  const rows = new Set(real.map(({ row }) => row)).size;
  const text = `${rows} of ${count(golden.rows.length, 'answer')} ${rows === 1 ? 'differs' : 'differ'} from the trainer's. Row ${fault.row} gives ${JSON.stringify(fault.found)}, the trainer ${JSON.stringify(fault.expected)}. Do not rely on this file in this browser.`;
  place.replaceChildren(element('span', { className: 'fault' }, '✗ '), text);
}
