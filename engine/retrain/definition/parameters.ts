import { suggestName } from '../../base/nearest-name.ts';
import type { Scalar } from '../../contract/retrain-pipeline.ts';
import type { YamlPath } from '../../data/index.ts';
import type { NamedFault } from './faults.ts';

const reference = /\$\{([^}]*)\}/g;

/**
 * A value of the file with `${name}` replaced by what the name stands for, in all texts inside it. A text that is nothing but
 * one name becomes the value itself, so that a number stays a number.
 * @param faults gets one for each name that stands for nothing
 */
export function filledIn(
  value: unknown,
  values: ReadonlyMap<string, Scalar>,
  path: YamlPath,
  faults: NamedFault[],
): unknown {
  if (typeof value === 'string') return filledText(value, values, path, faults);
  if (Array.isArray(value)) return value.map((item, index) => filledIn(item, values, [...path, index], faults));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, filledIn(item, values, [...path, name], faults)]),
  );
}

function filledText(text: string, values: ReadonlyMap<string, Scalar>, path: YamlPath, faults: NamedFault[]): Scalar {
  const standsFor = (name: string): Scalar => {
    const value = values.get(name.trim());
    if (value !== undefined) return value;
    const message = `\${${name}} is no parameter and no member of the step's matrix. ${suggestName(name.trim(), [...values.keys()])}`;
    faults.push({ path, message });
    return '';
  };
  const [whole] = [...text.matchAll(reference)];
  if (whole?.[0] === text) return standsFor(whole[1] as string);
  return text.replaceAll(reference, (_, name: string) => String(standsFor(name)));
}
