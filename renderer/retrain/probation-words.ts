import type { Probation } from '../../engine/contract/retrain-probation.ts';
import { formatCount, formatQuantity, formatSigned } from '../ui/format.ts';
import type { StateTone } from '../ui/state-tone.ts';

/** How a probation stands, in a word and a colour. */
export function probationState({ state }: Pick<Probation, 'state'>): { tone: StateTone; text: string } {
  switch (state) {
    case 'running':
      return { tone: 'information', text: 'on probation' };
    case 'passed':
      return { tone: 'good', text: 'passed' };
    case 'undone':
      return { tone: 'bad', text: 'taken back' };
    case 'ended':
      return { tone: 'idle', text: 'ended undecided' };
  }
}

/** `12 of 50 labelled requests`. */
export function probationCount({ labelled, wanted }: Pick<Probation, 'labelled' | 'wanted'>): string {
  return `${formatCount(Math.min(labelled, wanted))} of ${formatQuantity(wanted, 'labelled request')}`;
}

/** What happens when the requests are there. */
export function probationRule({ as, champion }: Pick<Probation, 'as' | 'champion'>): string {
  const passed = as === 'canary' ? 'answers all requests from then on where it is not worse, or' : 'stays, or';
  return `Then it is compared with version ${champion} on the same requests: it ${passed} is taken back where it is worse.`;
}

/** How much better it did; undefined where nothing was compared. The reason has the figures of both versions. */
export function probationGain({ found }: Pick<Probation, 'found'>): string | undefined {
  if (found === null || found.gain === null) return undefined;
  const { gain, interval, rows } = found;
  const range =
    interval?.[0] === undefined || interval[1] === undefined
      ? ''
      : `, 95 % interval ${formatSigned(interval[0])} to ${formatSigned(interval[1])}`;
  return `A gain of ${formatSigned(gain)} on ${formatQuantity(rows, 'request')}${range}`;
}
