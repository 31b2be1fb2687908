import { GalleyError } from '../../base/errors.ts';
import type { LabelRecord } from '../../contract/serving.ts';
import type { Signature } from '../../contract/values.ts';
import { invalidRequest, invalidRows, isRowId } from '../checked-rows.ts';
import { errorAnswer, jsonAnswer } from '../http-answer.ts';
import { readJsonBody } from '../http-body.ts';
import type { HttpCall, HttpProtocol } from '../http-routes.ts';
import { parseIsoTime } from '../iso-time.ts';
import type { LabelLog } from '../record-log.ts';
import { RowFaults } from '../row-faults.ts';
import type { ServingHost } from './host.ts';
import { requireMembers, requireObject } from './row-forms.ts';

interface Label extends Pick<LabelRecord, 'row_id' | 'label'> {
  at?: string | null;
}

/** Takes what came true for rows that were answered, for the engine to collect. */
export function labels(host: ServingHost): HttpProtocol {
  return {
    routes: ['/labels', '/labels/{model}'].map((path) => ({
      method: 'POST',
      path,
      answer: (call) => takeLabels(host, call),
    })),
    refusal: errorAnswer,
  };
}

async function takeLabels(host: ServingHost, { request, receipt, parameters }: HttpCall) {
  const { limits } = host.settings;
  const { model, loaded } = host.active(parameters.model);
  const log = requireLog(host.labelLog(model));
  const body = await readJsonBody(request, limits.bodyBytes);
  const given = readLabels(body, loaded.signature, limits.rows);
  for (const { row_id, label, at } of given) {
    const known = parseIsoTime(at);
    const record: LabelRecord = {
      row_id,
      label,
      received_at: receipt.at,
      known_at: known === null ? undefined : Math.min(known, receipt.at),
    };
    log.append(JSON.stringify(record));
  }
  if (!(await log.flush())) throw new GalleyError('store.not_writable', 'The labels could not be written.');
  return jsonAnswer({ accepted: given.length });
}

function requireLog(log: LabelLog | null): LabelLog {
  if (log) return log;
  throw new GalleyError('serving.no_log', 'This server keeps no log, so there is no place for labels.');
}

/** @throws GalleyError `serving.invalid_request`, `serving.invalid_rows` with all faults */
function readLabels(parsed: unknown, signature: Signature, largest: number): Label[] {
  const body = requireObject(parsed, 'The body');
  requireMembers(body, 'The body', ['labels']);
  const { labels: given } = body;
  if (!Array.isArray(given)) throw invalidRequest('"labels" must be a list of {"row_id", "label", "at"?}.');
  if (given.length === 0 || given.length > largest) throw invalidRequest(`"labels" must have 1 to ${largest} labels.`);
  const isLabel = labelRule(signature);
  const faults = new RowFaults();
  for (const [row, label] of given.entries()) checkLabel(label, row, isLabel, faults);
  if (faults.total > 0) throw invalidRows(faults);
  return given as Label[];
}

interface LabelRule {
  wanted: string;
  accepts(label: unknown): boolean;
}

/** A class may be sent as the number or the boolean that it is in the data. */
function labelRule({ task, classes = [] }: Signature): LabelRule {
  if (task === 'regression') return { wanted: 'a number', accepts: Number.isFinite };
  const known = new Set(classes);
  const accepts = (label: unknown) =>
    ['string', 'number', 'boolean'].includes(typeof label) && known.has(String(label));
  return { wanted: `one of ${classes.join(', ')}`, accepts };
}

function checkLabel(label: unknown, row: number, { wanted, accepts }: LabelRule, faults: RowFaults): void {
  if (typeof label !== 'object' || label === null || Array.isArray(label)) {
    const message = 'A label must be {"row_id", "label", "at"?}.';
    faults.add(row, () => ({ field: null, code: 'row_not_object', message }));
    return;
  }
  const { row_id, label: truth, at = null, ...others } = label as Record<string, unknown>;
  for (const field of Object.keys(others)) {
    faults.add(row, () => {
      const message = `A label has no member ${JSON.stringify(field.slice(0, 60))}.`;
      return { field, code: 'unknown_field', message };
    });
  }
  if (!isRowId(row_id)) {
    const message = 'row_id must be that of a row that was answered.';
    faults.add(row, () => ({ field: 'row_id', code: 'wrong_id', message }));
  }
  if (at !== null && parseIsoTime(at) === null) {
    const message = 'at must be an ISO date or timestamp, as "2004-02-29T13:45:00Z".';
    faults.add(row, () => ({ field: 'at', code: 'wrong_time', message }));
  }
  if (!accepts(truth))
    faults.add(row, () => ({ field: 'label', code: 'wrong_type', message: `label must be ${wanted}.` }));
}
