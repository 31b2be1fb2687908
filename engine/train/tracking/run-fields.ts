import type { RunField } from '../../contract/train-tracking.ts';
import type { Database } from '../../store/database.ts';
import { attributes, type Entity, writeField } from './filter/fields.ts';

const mostValues = 50;
/** Texts that are different in nearly every run are no choice. */
const attributesWithValues = ['learner', 'metric', 'target', 'task', 'dataset'];

/** What the runs have: metrics, parameters and tags by how many runs have them, then the attributes of all. */
export class RunFields {
  readonly #database: Database;
  #kept: { changes: number; fields: RunField[] } | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  list(): RunField[] {
    const { changes } = this.#database;
    if (this.#kept?.changes === changes) return this.#kept.fields;
    const fields = [
      ...this.#named('metrics', 'run_metrics', 'value'),
      ...this.#named('params', 'run_params', 'number'),
      ...this.#named('tags', 'run_tags', 'number'),
      ...this.#attributes(),
    ];
    this.#kept = { changes, fields };
    return fields;
  }

  #named(entity: Entity, table: string, number: string): RunField[] {
    const rows = this.#database.all<{ name: string; runs: number; numbers: number }>(
      `SELECT name, count(*) AS runs, count(${number}) AS numbers FROM ${table} GROUP BY name ORDER BY runs DESC, name`,
    );
    return rows.map(({ name, runs, numbers }) => {
      const field = { field: writeField({ entity, name }), entity, name, runs };
      if (entity === 'metrics' || numbers === runs) return { ...field, type: 'number' as const };
      return { ...field, type: 'text' as const, values: this.#values(`${table} WHERE name = ?`, 'text', name) };
    });
  }

  #attributes(): RunField[] {
    const runs = this.#database.get<{ runs: number }>('SELECT count(*) AS runs FROM run_facts')?.runs ?? 0;
    return attributes.map(({ name, type, sql }) => ({
      field: writeField({ entity: 'attributes', name }),
      entity: 'attributes' as const,
      name,
      type,
      runs,
      ...(attributesWithValues.includes(name) ? { values: this.#values('run_facts AS facts', sql) } : {}),
    }));
  }

  #values(from: string, expression: string, ...values: string[]): string[] {
    return this.#database
      .all<{ value: string }>(
        `SELECT ${expression} AS value FROM ${from} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${mostValues}`,
        ...values,
      )
      .map(({ value }) => value);
  }
}
