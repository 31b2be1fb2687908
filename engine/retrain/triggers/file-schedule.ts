import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { GalleyError } from '../../base/errors.ts';
import type { Schedule } from '../../contract/retrain-schedule.ts';

/**
 * The text of a pipeline's file with another schedule, or none. What else stands in it stays, comments too.
 * @param text of a file without faults
 * @throws GalleyError `retrain.several_schedules` where it is not clear which one is meant
 */
export function withSchedule(text: string, file: string, schedule: Schedule | null): string {
  const document = parseDocument(text);
  const contents = document.contents as YAMLMap;
  const triggers = document.get('triggers');
  const held = isSeq(triggers) ? triggers.items.filter(isScheduled) : [];
  if (held.length > 1)
    throw new GalleyError('retrain.several_schedules', `${file} has ${held.length} triggers on schedule.`, {
      details: { file, schedules: held.length },
    });
  const [item] = held;
  if (schedule === null) {
    if (!isSeq(triggers) || item === undefined) return text;
    triggers.items = triggers.items.filter((other) => other !== item);
    if (triggers.items.length === 0) document.delete('triggers');
  } else if (item !== undefined) {
    for (const [member, value] of Object.entries(schedule)) item.set(member, value);
  } else if (isSeq(triggers)) {
    triggers.add(document.createNode({ on: 'schedule', ...schedule }));
  } else {
    document.delete('triggers');
    const steps = contents.items.findIndex(({ key }) => isScalar(key) && key.value === 'steps');
    const pair = document.createPair('triggers', [{ on: 'schedule', ...schedule }]);
    contents.items.splice(steps < 0 ? contents.items.length : steps, 0, pair);
  }
  return document.toString({ lineWidth: 0 });
}

function isScheduled(item: unknown): item is YAMLMap {
  return isMap(item) && item.get('on') === 'schedule';
}
