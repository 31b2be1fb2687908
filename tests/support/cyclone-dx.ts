import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/schema';
import { checkoutFolder } from './needs.ts';

interface Schema {
  $id?: string;
  $schema?: string;
  definitions: Record<string, unknown>;
}

function read(name: string): string {
  return readFileSync(join(checkoutFolder, 'tests', 'fixtures', 'package', 'cyclonedx', name), 'utf8');
}

/** The official schema of CycloneDX 1.6, as one with those that it refers to. */
function wholeSchema(): Schema {
  const { $id: _, ...bom } = JSON.parse(
    read('bom-1.6.schema.json')
      .replaceAll('"spdx.schema.json"', '"#/definitions/spdx"')
      .replaceAll('jsf-0.82.schema.json#/definitions/', '#/definitions/jsf-'),
  ) as Schema;
  const { $id: __, $schema: ___, ...spdx } = JSON.parse(read('spdx.schema.json')) as Schema;
  const jsf = JSON.parse(read('jsf-0.82.schema.json').replaceAll('#/definitions/', '#/definitions/jsf-')) as Schema;
  const signatures = Object.entries(jsf.definitions).map(([name, schema]) => [`jsf-${name}`, schema]);
  return { ...bom, definitions: { ...bom.definitions, spdx, ...Object.fromEntries(signatures) } };
}

/** Faults of a bill of materials by that schema. */
export function cycloneDxFaults(bill: unknown): string[] {
  const [fits, errors] = Compile(wholeSchema() as object).Errors(bill);
  return fits ? [] : errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}
