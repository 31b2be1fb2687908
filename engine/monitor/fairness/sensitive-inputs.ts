import { pseudonym } from '../../base/pseudonym.ts';
import { listed } from '../../base/words.ts';
import { type DataPhase, markOf } from '../../data/index.ts';
import type { MeasuredLog } from '../performance/measured-log.ts';
import type { VersionReference } from '../reference.ts';

/** Which inputs tell of people, and whether the log has their values. */
export interface SensitiveInputs {
  /** Marked as sensitive, with values in the log. */
  known: string[];
  /** Marked as sensitive, without. */
  hidden: string[];
  /** Every input whose values the log has, the sensitive ones first. */
  choices: string[];
  /** Inputs whose texts stand as pseudonyms in the log. */
  pseudonyms: ReadonlySet<string>;
}

export interface SensitiveSources {
  data: Pick<DataPhase, 'marks'>;
  /** The dataset that a version's run was trained on. */
  datasetOf(reference: Pick<VersionReference, 'version'>): string;
}

/** A marked input has no values in the log, or, where texts stand as pseudonyms, such that tell groups apart all the same. */
export async function sensitiveInputs(
  { data, datasetOf }: SensitiveSources,
  { log, reference, summary }: Pick<MeasuredLog, 'log' | 'reference' | 'summary'>,
): Promise<SensitiveInputs> {
  const marks = data.marks.of(datasetOf(reference)) ?? {};
  const masked = await log.masked();
  const pseudonyms = new Set<string>();
  const hiddenInputs = new Set<string>();
  const { inputs } = reference.signature;
  const missing = await log.missing([...masked]);
  for (const { name, type } of inputs.filter((input) => masked.has(input.name))) {
    const hasTexts = type === 'text' && (missing[name] ?? 0) < summary.rows;
    (hasTexts ? pseudonyms : hiddenInputs).add(name);
  }
  const sensitive = inputs.map(({ name }) => name).filter((name) => markOf(marks, name) === 'sensitive');
  const shown = inputs.map(({ name }) => name).filter((name) => !hiddenInputs.has(name));
  const known = sensitive.filter((name) => !hiddenInputs.has(name));
  return {
    known,
    hidden: sensitive.filter((name) => hiddenInputs.has(name)),
    choices: [...known, ...shown.filter((name) => !known.includes(name))],
    pseudonyms,
  };
}

/** Why nothing can be said of sensitive inputs. */
export function hiddenWords({ hidden }: Pick<SensitiveInputs, 'hidden'>): string {
  if (hidden.length === 0) {
    return 'No input is marked as sensitive. Mark one in the dataset that the version was trained on, or name an input.';
  }
  const [verb, values] = hidden.length === 1 ? ['is', 'its values are'] : ['are', 'their values are'];
  return `${listed(hidden)} ${verb} marked as sensitive and masked in the log, so that ${values} not known. Masked as pseudonyms (--mask-log hash), texts still tell groups apart.`;
}

/** Turns the pseudonyms of known texts back into them, so that a group has one name in the log and in the data. */
export function pseudonymReader(
  key: Uint8Array,
  texts: readonly (string | null)[],
): (logged: string | null) => string | null {
  const names = new Map<string, string>();
  for (const text of new Set(texts)) if (text !== null) names.set(pseudonym(key, text), text);
  return (logged) => (logged === null ? null : (names.get(logged) ?? logged));
}
