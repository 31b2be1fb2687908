import { GalleyError } from '../../base/errors.ts';
import type { PackagePhase } from '../../package/index.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import {
  type ColumnSketch,
  emptySketch,
  type PreparedColumn,
  sketchOfBins,
  sketchOfReference,
} from '../../statistics/profile/column-sketch.ts';
import { decodeColumn } from '../../statistics/profile/decode.ts';
import { decodeReference } from '../../statistics/profile/decode-reference.ts';
import { type EncodedColumn, encodeColumn } from '../../statistics/profile/encode.ts';
import { isHidden } from '../../statistics/profile/reference-bins.ts';
import {
  type PreparedReference,
  predictionOutput,
  prepareReference,
} from '../../statistics/profile/reference-profile.ts';
import type { Database } from '../../store/database.ts';
import { KeptAnswers } from '../kept-answers.ts';
import type { References, VersionFacts, VersionReference } from '../reference.ts';

/** What rows of a version are counted against, and how its reference's own rows are distributed. */
export interface VersionProfile {
  facts: VersionFacts;
  /** In words. */
  description: string;
  reference: PreparedReference;
  /** Of the reference's rows, by column; counts alone where its rows are gone. */
  sketches: ColumnSketch[];
}

interface StoredReference {
  description: string;
  profile: string;
  sketches: string;
}

/**
 * Reference profiles of model versions. One is kept once rows of its version are summed up: what is counted must be counted against
 * the same bins for ever.
 */
export class VersionProfiles {
  readonly #database: Database;
  readonly #references: References;
  readonly #packages: Pick<PackagePhase, 'reference'>;
  readonly #kept = new KeptAnswers<VersionProfile>(32);

  constructor(database: Database, references: References, packages: Pick<PackagePhase, 'reference'>) {
    this.#database = database;
    this.#references = references;
    this.#packages = packages;
  }

  /** @throws GalleyError of the package and train phases; `store.missing_blob` where there is nothing to count against */
  of(model: string, version: number): Promise<VersionProfile> {
    return this.#kept.get(`${model}@${version}`, async () => {
      const facts = await this.#references.facts(model, version);
      const stored = this.#stored(facts.version.id) ?? (await this.#make(facts, model, version));
      return read(facts, stored);
    });
  }

  #stored(versionId: string): StoredReference | null {
    const sql = 'SELECT description, profile, sketches FROM profile_references WHERE version_id = ?';
    return this.#database.get<StoredReference>(sql, versionId) ?? null;
  }

  async #make(facts: VersionFacts, model: string, version: number): Promise<StoredReference> {
    const file = await this.#packages.reference(`${model}@${version}`);
    if (file === undefined) {
      throw new GalleyError('store.missing_blob', `The rows that ${model}@${version} learned from are gone.`);
    }
    const prepared = prepareReference(file.profile);
    const rows = await this.#references.of(model, version).catch(() => null);
    const stored = {
      description: rows?.description ?? `reference of ${model}@${version}`,
      profile: JSON.stringify(prepared.profile),
      sketches: JSON.stringify(prepared.columns.map((column) => encodeColumn(sketchOf(column, rows)))),
    };
    this.#database.run(
      'INSERT INTO profile_references (version_id, identity, description, profile, sketches) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      facts.version.id,
      prepared.identity,
      stored.description,
      stored.profile,
      stored.sketches,
    );
    return stored;
  }
}

function sketchOf(column: PreparedColumn, rows: VersionReference | null): ColumnSketch {
  const { name } = column.bins;
  const found =
    rows?.inputs.find((input) => input.name === name) ?? (name === predictionOutput ? rows?.prediction : null);
  if (!found || isHidden(column.bins)) return sketchOfBins(column);
  return sketchOfReference(column, ofKind(found, column.kind));
}

/** A model that is adopted may take numbers as texts. */
function ofKind(column: DriftColumn, kind: 'number' | 'text'): DriftColumn {
  if (kind === 'number' && column.kind === 'text') {
    const values = Float64Array.from(column.values, (value) => Number(value ?? Number.NaN));
    return { name: column.name, kind, values };
  }
  if (kind === 'number' || column.kind === 'text') return column;
  const values = Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value)));
  return { name: column.name, kind, values };
}

function read(facts: VersionFacts, { description, profile, sketches }: StoredReference): VersionProfile {
  const reference = prepareReference(decodeReference(JSON.parse(profile)));
  const encoded = JSON.parse(sketches) as EncodedColumn[];
  const columns = reference.columns.map((column, index) => {
    const of = encoded[index] as EncodedColumn;
    if (column.kind === 'number' && of.sketch === undefined) return sketchOfBins(column);
    const sketch = emptySketch(column);
    decodeColumn(of, sketch, rowsOf(of));
    return sketch;
  });
  return { facts, description, reference, sketches: columns };
}

function rowsOf({ counts, missing = 0, masked = 0 }: EncodedColumn): number {
  return counts.reduce((sum, rows) => sum + rows, missing + masked);
}
