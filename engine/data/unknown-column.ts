import { GalleyError } from '../base/errors.ts';
import { suggestName } from '../base/nearest-name.ts';

/**
 * `data.unknown_column`, with the name that was meant, or the names that there are.
 * @param purpose what the column was wanted for: `to sort by`
 */
export function unknownColumn(name: string, columns: readonly string[], purpose?: string): GalleyError {
  const what = purpose === undefined ? '' : ` ${purpose}`;
  const message = `There is no column "${name}"${what}. ${suggestName(name, columns)}`;
  return new GalleyError('data.unknown_column', message, { details: { column: name, columns: [...columns] } });
}
