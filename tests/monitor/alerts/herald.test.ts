import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { SequencedEvent } from '../../../engine/contract/events.ts';
import type { QuietHours, Rule } from '../../../engine/contract/monitor-alerts.ts';
import type { EngineContext } from '../../../engine/jobs/context.ts';
import { EventLog } from '../../../engine/jobs/event-log.ts';
import { AlertStore, type Breach } from '../../../engine/monitor/alerts/alert-store.ts';
import { failure } from '../../../engine/monitor/alerts/channels/failure.ts';
import type { AlertMessage, Message } from '../../../engine/monitor/alerts/channels/message.ts';
import { Herald } from '../../../engine/monitor/alerts/herald.ts';
import { type Finding, raiseAlerts } from '../../../engine/monitor/alerts/raise.ts';
import { Tellings } from '../../../engine/monitor/alerts/tellings.ts';
import { Database } from '../../../engine/store/database.ts';
import { countedIds, fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const spec = { id: 'dep_1', name: 'shop', model: 'price', version: 1 } as Parameters<typeof raiseAlerts>[1];
const hour = 3_600_000;

type Part = Partial<Breach> & Pick<Breach, 'rule'>;

const breachOf = (part: Part): Breach => ({
  cause: 'drift',
  severity: 'warning',
  title: `${part.rule} is broken`,
  detail: '',
  lookAt: `look at ${part.rule}`,
  contributions: [],
  since: 0,
  from: 0,
  to: 10,
  ...part,
});

interface WorldOptions {
  start?: string;
  quietHours?: QuietHours | null;
  send?(channel: string, message: AlertMessage): Promise<void>;
}

/** A deployment with the rules `performance`, `drift`, `missing` and `errors`, all told on the channel `hook`. */
function world({ start = '2026-06-01T10:00:00Z', quietHours = null, send }: WorldOptions = {}) {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  onTestFinished(() => database.close());
  database.migrate();
  database.run(
    "INSERT INTO deployments (id, name, model, version, wanted, created_at) VALUES ('dep_1', 'shop', 'price', 1, 'running', 1)",
  );
  const clock = fixedClock(Date.parse(start));
  const events = new EventLog(0);
  const heard: SequencedEvent[] = [];
  events.listen((event) => heard.push(event));
  const project = { id: 'prj_1', name: 'Prices', path: '' };
  const context = { database, clock, events, project, newId: countedIds(clock) } as unknown as EngineContext;
  const alerts = new AlertStore(database);
  const tellings = new Tellings(database);
  const sent: string[] = [];
  const channels = {
    send: async (channel: string, told: Message) => {
      const message = told as AlertMessage;
      await send?.(channel, message);
      sent.push(`${channel} ${message.event} ${message.alert.title} ${message.id}`);
    },
  };
  const herald = () => new Herald({ context, alerts, tellings, channels });
  const rules = ['performance', 'drift', 'missing', 'errors'].map(
    (name) => ({ name, isOn: true, quietHours, channels: ['hook'] }) as unknown as Rule,
  );
  const finding = (rule: string, breach: Breach | null, recovered: boolean): Finding => ({
    rule: rules.find(({ name }) => name === rule) as Rule,
    verdict: {
      rule,
      broken: breach && { window: { from: breach.from, to: breach.to }, since: breach.since, value: 1, windows: 1 },
      recovered,
    },
    breach,
  });
  return {
    alerts,
    tellings,
    clock,
    rules,
    sent,
    herald,
    /** A check that finds these rules broken and those kept. */
    check: (broken: Part[], kept: string[] = [], version = 1) => {
      const findings = [
        ...broken.map((part) => finding(part.rule, breachOf(part), false)),
        ...kept.map((rule) => finding(rule, null, true)),
      ];
      return raiseAlerts({ context, alerts, tellings }, { ...spec, version }, rules, findings);
    },
    tell: async (teller = herald()) => {
      teller.tell();
      await teller.settled();
    },
    told: () => heard.flatMap((event) => (event.type === 'alert.told' ? [event.title] : [])),
    raised: () => heard.filter(({ type }) => type === 'alert.raised').length,
    views: () =>
      alerts.list().map(({ state, version, breaches }) => [state, version, breaches.map(({ rule }) => rule)]),
  };
}

test('rules that are broken at the same time make one alert, under the gravest, with the first cause', () => {
  const { check, views, alerts } = world();
  check([
    { rule: 'drift' },
    { rule: 'performance', severity: 'bad', cause: 'performance' },
    { rule: 'missing', cause: 'quality' },
  ]);
  expect(views()).toEqual([['open', 1, ['performance', 'missing', 'drift']]]);
  expect(alerts.list()[0]?.breaches[0]?.title).toBe('performance is broken');
});

test('rules that are broken at other times, or of another version, make alerts of their own', () => {
  const { check, views } = world();
  check([{ rule: 'drift' }, { rule: 'missing', since: 10, from: 10, to: 20 }]);
  expect(views()).toEqual([
    ['open', 1, ['missing']],
    ['open', 1, ['drift']],
  ]);
  check([{ rule: 'drift' }], [], 2);
  expect(views()).toContainEqual(['open', 2, ['drift']]);
  expect(views()).toContainEqual(['resolved', 1, ['drift']]);
});

test('an alert is raised once, and resolved when all of its rules are kept', async () => {
  const { check, views, tell, told, sent } = world();
  expect(check([{ rule: 'drift' }, { rule: 'missing', cause: 'quality' }])).toHaveLength(1);
  expect(check([{ rule: 'drift' }, { rule: 'missing', cause: 'quality' }])).toEqual([]);
  await tell();
  await tell();
  expect(told()).toEqual(['missing is broken']);
  expect(sent).toHaveLength(1);
  check([], ['missing']);
  expect(views()).toEqual([['open', 1, ['drift']]]);
  check([], ['drift', 'missing']);
  expect(views()).toEqual([['resolved', 1, ['drift']]]);
  await tell();
  expect(sent.map((line) => line.split(' ')[1])).toEqual(['alert.raised', 'alert.resolved']);
  expect(check([{ rule: 'drift', since: 20, from: 20, to: 30 }])).toHaveLength(1);
});

test('a rule that joins an alert is not told, unless it is graver than all of it', async () => {
  const { check, views, tell, told, raised, alerts } = world();
  const [id = ''] = check([{ rule: 'drift' }]);
  await tell();
  alerts.setState(id, 'acknowledged');
  expect(check([{ rule: 'missing', cause: 'quality' }])).toEqual([]);
  await tell();
  expect(views()).toEqual([['acknowledged', 1, ['missing', 'drift']]]);
  expect(check([{ rule: 'performance', severity: 'bad', cause: 'performance' }])).toEqual([id]);
  await tell();
  expect(views()).toEqual([['open', 1, ['performance', 'missing', 'drift']]]);
  expect(told()).toEqual(['drift is broken', 'performance is broken']);
  expect(raised()).toBe(2);
});

test('a rule that joins an alert tells it once on its own channels, and starts its pipeline', async () => {
  const { check, tell, told, raised, sent, rules } = world();
  Object.assign(rules[2] as Rule, { channels: ['hook', 'pager'], retrain: true });
  check([{ rule: 'drift' }]);
  await tell();
  expect(check([{ rule: 'missing', cause: 'quality' }])).toEqual([]);
  await tell();
  check([{ rule: 'missing', cause: 'quality' }]);
  await tell();
  expect(sent.map((line) => line.split(' ').slice(0, 2))).toEqual([
    ['hook', 'alert.raised'],
    ['pager', 'alert.raised'],
  ]);
  expect([told().length, raised()]).toEqual([1, 2]);
});

test('a rule that joins an alert which somebody has seen tells nobody, but starts its pipeline', async () => {
  const { check, tell, raised, sent, rules, alerts } = world();
  Object.assign(rules[2] as Rule, { channels: ['pager'], retrain: true });
  const [id = ''] = check([{ rule: 'drift' }]);
  await tell();
  alerts.setState(id, 'acknowledged');
  check([{ rule: 'missing', cause: 'quality' }]);
  await tell();
  expect([sent.length, raised()]).toEqual([1, 2]);
});

test('rules that are broken at once tell one channel once', async () => {
  const { check, tell, raised, sent, rules } = world();
  for (const rule of rules) rule.retrain = true;
  check([
    { rule: 'drift' },
    { rule: 'missing', cause: 'quality' },
    { rule: 'errors', severity: 'bad', cause: 'system' },
  ]);
  await tell();
  expect([sent.length, raised()]).toEqual([1, 1]);
});

test('quiet hours keep the alert and the engine acts on it, but nobody is told before they end', async () => {
  const quietHours = { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' };
  const { check, tell, told, sent, raised, clock } = world({ start: '2026-03-28T22:30:00Z', quietHours });
  check([{ rule: 'drift' }]);
  await tell();
  expect([raised(), told(), sent]).toEqual([1, [], []]);
  clock.advance(5 * hour + 29 * 60_000);
  await tell();
  expect(sent).toEqual([]);
  clock.advance(60_000); // Six in the morning, an hour early: the clocks were put forward.
  await tell();
  expect([raised(), told(), sent.length]).toEqual([1, ['drift is broken'], 1]);
});

test('what is over before the quiet hours end is told to nobody', async () => {
  const quietHours = { from: '22:00', to: '06:00', timeZone: 'UTC' };
  const { check, tell, told, sent, clock } = world({ start: '2026-06-01T23:00:00Z', quietHours });
  check([{ rule: 'drift' }]);
  check([], ['drift']);
  clock.advance(12 * hour);
  await tell();
  expect([told(), sent]).toEqual([[], []]);
});

test('what is over within quiet hours is told to be so when they end', async () => {
  const quietHours = { from: '22:00', to: '06:00', timeZone: 'UTC' };
  const { check, tell, sent, clock } = world({ start: '2026-06-01T21:00:00Z', quietHours });
  check([{ rule: 'drift' }]);
  await tell();
  clock.advance(2 * hour);
  check([], ['drift']);
  await tell();
  expect(sent).toHaveLength(1);
  clock.advance(7 * hour);
  await tell();
  expect(sent.map((line) => line.split(' ')[1])).toEqual(['alert.raised', 'alert.resolved']);
});

test('a channel that fails is tried again with growing pauses, and keeps neither the window nor others waiting', async () => {
  let tries = 0;
  const { check, tell, told, clock, sent } = world({
    send: async () => {
      tries++;
      if (tries < 4) throw failure('no network', true);
    },
  });
  check([{ rule: 'drift' }]);
  const seen: number[] = [];
  for (const seconds of [0, 29, 1, 59, 1, 119, 1]) {
    clock.advance(seconds * 1000);
    await tell();
    seen.push(tries);
  }
  expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4]);
  expect([told().length, sent.length]).toEqual([1, 1]);
  clock.advance(24 * hour);
  await tell();
  expect(tries).toBe(4);
});

test('of all that waits for a channel which does not answer two messages are tried a pause, and none keeps the others waiting', async () => {
  const tries: string[] = [];
  let isUp = false;
  const { check, herald, tell, clock, sent } = world({
    send: async (_, { alert: { title } }) => {
      tries.push(title.split(' ')[0] as string);
      if (!isUp || title.startsWith('drift')) throw failure('503', true);
    },
  });
  for (const [index, rule] of ['drift', 'missing', 'errors'].entries()) {
    check([{ rule, since: 10 * index, from: 10 * index, to: 10 * index + 10 }]);
  }
  const teller = herald();
  for (const seconds of [0, 15, 15, 45, 15]) {
    clock.advance(seconds * 1000);
    await tell(teller);
  }
  expect(tries).toEqual(['drift', 'missing', 'errors', 'drift', 'missing', 'errors']);
  isUp = true;
  clock.advance(hour);
  await tell(teller);
  expect(sent).toHaveLength(2);
});

test('a channel that was mended is told at once what failed there, unless that is over', async () => {
  let error: Error | null = failure('401', false);
  const { check, herald, tell, sent } = world({
    send: async () => {
      if (error) throw error;
    },
  });
  const teller = herald();
  check([{ rule: 'drift' }]);
  await tell(teller);
  error = failure('no network', true);
  check([{ rule: 'errors', cause: 'system', since: 50, from: 50, to: 60 }]);
  await tell(teller);
  check([], ['drift']);
  error = null;
  teller.retry('other');
  await teller.settled();
  expect(sent).toEqual([]);
  teller.retry('hook');
  await teller.settled();
  expect(sent.map((line) => line.split(' ').slice(1, 3))).toEqual([['alert.raised', 'errors']]);
});

test('what a channel refuses for good is not tried again', async () => {
  let tries = 0;
  const { check, tell, clock } = world({
    send: async () => {
      tries++;
      throw failure('404', false);
    },
  });
  check([{ rule: 'drift' }]);
  await tell();
  clock.advance(24 * hour);
  await tell();
  expect(tries).toBe(1);
});

test('an engine that dies before it told, or before it noted so, tells when it starts again, under the same id', async () => {
  const { check, tell, herald, sent, told, tellings, clock } = world();
  check([{ rule: 'drift' }]);
  // The engine ended here; the next one finds what is due.
  await tell(herald());
  expect([sent.length, told().length]).toEqual([1, 1]);

  check([{ rule: 'errors', cause: 'system', since: 50, from: 50, to: 60 }]);
  const [due] = tellings.due(clock.now()).filter(({ target }) => target === 'hook');
  const noted = tellings.told.bind(tellings);
  tellings.told = () => {
    throw new Error('the engine is killed');
  };
  const killed = herald();
  expect(() => killed.tell()).toThrow('killed');
  tellings.told = noted;
  await tell(herald());
  await tell(herald());
  const ofErrors = sent.filter((line) => line.includes('errors'));
  expect(ofErrors).toEqual([`hook alert.raised errors is broken prj_1-${due?.id}`]);
});

test('a herald that is asked again while it tells does not tell twice', async () => {
  let running = 0;
  const { check, herald, sent } = world({
    send: async () => {
      running++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  });
  check([{ rule: 'drift' }]);
  const teller = herald();
  teller.tell();
  teller.tell();
  await teller.settled();
  expect([running, sent.length]).toEqual([1, 1]);
});

test('a channel that takes long keeps no other waiting, also of what is raised meanwhile', async () => {
  const slow = Promise.withResolvers<void>();
  const { check, herald, sent, rules } = world({
    send: (channel) => (channel === 'hook' ? slow.promise : Promise.resolve()),
  });
  Object.assign(rules[3] as Rule, { channels: ['pager'] });
  const teller = herald();
  check([{ rule: 'drift' }]);
  teller.tell();
  await setImmediate();
  check([{ rule: 'errors', cause: 'system', since: 50, from: 50, to: 60 }]);
  teller.tell();
  await setImmediate();
  expect(sent.map((line) => line.split(' ')[0])).toEqual(['pager']);
  slow.resolve();
  await teller.settled();
  expect(sent).toHaveLength(2);
});

test('who has seen an alert, or wants to hear nothing of it, is not told what is still due', async () => {
  const quietHours = { from: '22:00', to: '06:00', timeZone: 'UTC' };
  const { check, tell, told, sent, tellings, clock } = world({ start: '2026-06-01T23:00:00Z', quietHours });
  const [id = ''] = check([{ rule: 'drift' }]);
  tellings.silence(id);
  clock.advance(12 * hour);
  await tell();
  expect([told(), sent]).toEqual([[], []]);
});
