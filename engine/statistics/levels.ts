/** Rows per level of a text column. */
export interface LevelCounts {
  counts: Map<string, number>;
  missing: number;
}

/** Rows per level; null is missing, the empty text is a level. */
export function countLevels(values: readonly (string | null)[]): LevelCounts {
  const counts = new Map<string, number>();
  let missing = 0;
  for (const value of values) {
    if (value === null) missing++;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return { counts, missing };
}

/** Rows of both sides per level of their union, in the order of the text. */
export interface AlignedLevels {
  levels: string[];
  reference: number[];
  current: number[];
}

/** Both sides over the union of their levels. */
export function alignLevels(reference: Counts, current: Counts): AlignedLevels {
  const levels = [...new Set([...reference.keys(), ...current.keys()])].sort();
  return {
    levels,
    reference: levels.map((level) => reference.get(level) ?? 0),
    current: levels.map((level) => current.get(level) ?? 0),
  };
}

type Counts = ReadonlyMap<string, number>;

/** A slot of a comparison: the rows of both sides that fall into it. */
export interface Slot {
  label: string;
  reference: number;
  current: number;
}

/**
 * Slots of a text column: the frequent levels of both samples pooled (bins chosen by one sample alone would fit its chance
 * peaks), all rarer ones as `other levels`, and the rare ones that the reference does not have as `unseen`.
 *
 * In the reference itself the rows whose level occurs once take the slot `unseen`: each would be unseen to the other rows,
 * so their share is what a further sample should bring (Good 1953). Without this a column of many rare levels would
 * always seem to drift.
 * @param leastRows a level with fewer rows in both samples together is rare.
 */
export function levelSlots(reference: Counts, current: Counts, leastRows: number): Slot[] {
  const frequent: Slot[] = [];
  const other: Slot = { label: 'other levels', reference: 0, current: 0 };
  const unseen: Slot = { label: 'unseen', reference: 0, current: 0 };
  const place = (label: string, before: number, now: number) => {
    if (before + now >= leastRows) {
      frequent.push({ label, reference: before, current: now });
      return;
    }
    (before === 1 ? unseen : other).reference += before;
    (before === 0 ? unseen : other).current += now;
  };
  for (const [label, rows] of reference) place(label, rows, current.get(label) ?? 0);
  for (const [label, rows] of current) if (!reference.has(label)) place(label, 0, rows);
  frequent.sort((left, right) => right.reference - left.reference || (left.label < right.label ? -1 : 1));
  return [...frequent, other, unseen].filter((slot) => slot.reference + slot.current > 0);
}
