import type { Rule } from '../../contract/monitor-alerts.ts';
import type { Database } from '../../store/database.ts';
import type { Breach, StoredAlert } from './alert-store.ts';
import { endOfQuiet } from './quiet-hours.ts';

/** Who is told beside the channels: the parts of the engine, at once, and whoever sits before the window. */
export const engineTarget = '@engine';
export const windowTarget = '@window';

type TellingRule = Pick<Rule, 'name' | 'quietHours' | 'channels' | 'retrain'>;

export interface Telling {
  id: number;
  alertId: string;
  /** A channel's name, or one of the targets above. */
  target: string;
  what: 'raised' | 'resolved';
  attempts: number;
}

interface TellingRow {
  id: number;
  alert_id: string;
  target: string;
  what: Telling['what'];
  attempts: number;
}

const firstPauseMilliseconds = 30_000;
const longestPauseMilliseconds = 3_600_000;
/** Within about seven hours. */
const mostAttempts = 12;

/**
 * What is still to be told of alerts, written in the transaction that raises them: so each is told at least once, also
 * after a crash, and once where none comes between the telling and its note.
 */
export class Tellings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Notes what must be told of an alert: to the engine at once, to others when none of their quiet hours hold. */
  tell(alert: StoredAlert, rules: readonly TellingRule[], now: number): void {
    this.#forget(alert.id);
    this.#add(alert.id, engineTarget, 'raised', now);
    this.#tellPeople(alert, rules, now);
  }

  /** Notes that people must be told of an alert again; the engine heard of it when it was raised. */
  tellAgain(alert: StoredAlert, rules: readonly TellingRule[], now: number): void {
    this.silence(alert.id);
    this.#tellPeople(alert, rules, now);
  }

  /**
   * Notes what a rule that joins an alert makes to be told besides: to its own channels unless somebody has seen the alert
   * or wants to hear nothing of it, and to the engine where this is the first rule of it that starts a pipeline.
   */
  join({ id, breaches, state }: StoredAlert, joined: string, rules: readonly TellingRule[], now: number): void {
    const ruleOf = (name: string) => rules.find((candidate) => candidate.name === name);
    const rule = ruleOf(joined);
    if (!rule) return;
    const known = this.#database.column<string>(
      "SELECT target FROM alert_tellings WHERE alert_id = ? AND what = 'raised'",
      id,
    );
    const channels = state === 'open' ? rule.channels.filter((channel) => !known.includes(channel)) : [];
    for (const channel of channels) this.#add(id, channel, 'raised', endOfQuiet(now, rule.quietHours));
    const isFirst = !breaches.some((breach) => ruleOf(breach.rule)?.retrain);
    if (rule.retrain && isFirst) this.#add(id, engineTarget, 'raised', now);
  }

  /** An alert that is over is told to be so where it was told, after quiet hours; what was not told yet no longer is. */
  tellResolved({ id, breaches }: StoredAlert, rules: readonly TellingRule[], now: number): void {
    this.#forget(id);
    const ends = endsOfQuiet(breaches, rules, now);
    const targets = this.#database.column<string>(
      `SELECT DISTINCT target FROM alert_tellings
       WHERE alert_id = ? AND what = 'raised' AND state = 'told' AND target NOT LIKE '@%'`,
      id,
    );
    for (const target of targets) this.#add(id, target, 'resolved', ends.get(target) ?? now);
  }

  /** Nobody is told any more of an alert that was seen or is to be silent; the parts of the engine still are. */
  silence(alertId: string): void {
    this.#database.run(
      "DELETE FROM alert_tellings WHERE alert_id = ? AND state = 'due' AND target <> ?",
      alertId,
      engineTarget,
    );
  }

  forgetChannel(channel: string): void {
    this.#database.run("DELETE FROM alert_tellings WHERE target = ? AND state = 'due'", channel);
  }

  /** What must be told by now, the oldest first. */
  due(now: number): Telling[] {
    return this.#database
      .all<TellingRow>(
        `SELECT id, alert_id, target, what, attempts FROM alert_tellings WHERE state = 'due' AND due_at <= ? ORDER BY id`,
        now,
      )
      .map(({ alert_id, ...row }) => ({ ...row, alertId: alert_id }));
  }

  told(id: number): void {
    this.#database.run("UPDATE alert_tellings SET state = 'told', last_error = NULL WHERE id = ?", id);
  }

  /** It is tried again after 30 s, then twice as long each time, an hour at most; unless that is in vain. */
  failed({ id, attempts }: Telling, error: string, now: number, mayPass: boolean): void {
    const isOver = !mayPass || attempts + 1 >= mostAttempts;
    this.#database.run(
      'UPDATE alert_tellings SET state = ?, attempts = attempts + 1, due_at = ?, last_error = ? WHERE id = ?',
      isOver ? 'failed' : 'due',
      now + pauseAfter(attempts + 1),
      error,
      id,
    );
  }

  /** What failed on a channel is due at once: what is tried again later, and what was given up of alerts that are open. */
  retry(channel: string, now: number): void {
    this.#database.run(
      `UPDATE alert_tellings SET state = 'due', attempts = 0, due_at = ?
       WHERE target = ? AND ((state = 'due' AND attempts > 0)
         OR (state = 'failed' AND alert_id IN (SELECT id FROM alerts WHERE state = 'open')))`,
      now,
      channel,
    );
  }

  #tellPeople({ id, breaches }: StoredAlert, rules: readonly TellingRule[], now: number): void {
    for (const [target, at] of endsOfQuiet(breaches, rules, now)) this.#add(id, target, 'raised', at);
  }

  #forget(alertId: string): void {
    this.#database.run("DELETE FROM alert_tellings WHERE alert_id = ? AND state = 'due'", alertId);
  }

  #add(alertId: string, target: string, what: Telling['what'], at: number): void {
    this.#database.run(
      'INSERT INTO alert_tellings (alert_id, target, what, due_at) VALUES (?, ?, ?, ?)',
      alertId,
      target,
      what,
      at,
    );
  }
}

/** How long nothing is tried after so many failures in a row, in milliseconds. */
export function pauseAfter(failures: number): number {
  return Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** (failures - 1));
}

/** When the window and each channel may be told: as soon as the quiet hours of one of the rules that tell there are over. */
function endsOfQuiet(
  breaches: readonly Breach[],
  rules: readonly TellingRule[],
  now: number,
): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { rule: name } of breaches) {
    const rule = rules.find((candidate) => candidate.name === name);
    const at = endOfQuiet(now, rule?.quietHours ?? null);
    for (const target of [windowTarget, ...(rule?.channels ?? [])]) {
      ends.set(target, Math.min(ends.get(target) ?? Number.POSITIVE_INFINITY, at));
    }
  }
  return ends;
}
