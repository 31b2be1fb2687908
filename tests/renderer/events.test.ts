import { describe, expect, test } from 'vitest';
import type { SequencedEvent } from '../../engine/contract/events.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { Client } from '../../renderer/client/client.ts';
import { ClientError } from '../../renderer/client/client-error.ts';
import { followEvents } from '../../renderer/client/event-follower.ts';
import { backOff, EventStreamParser } from '../../renderer/client/event-stream.ts';
import { topics, topicsOf } from '../../renderer/client/invalidation.ts';

function job(state: Job['state'], progress: Job['progress'] = null): Job {
  return {
    id: 'job_1',
    kind: 'train.run',
    title: 'Train',
    state,
    progress,
    createdAt: '',
    startedAt: null,
    finishedAt: null,
    result: null,
    error: null,
  };
}

describe('the event stream', () => {
  const line = (sequence: number) =>
    `id: ${sequence}\ndata: ${JSON.stringify({ type: 'phase.changed', phase: 'data', sequence })}\n\n`;

  test('is read however its text is cut', () => {
    const text = `: sequence 4\n\n${line(5)}:\n\n${line(6).replaceAll('\n', '\r\n')}`;
    for (let cut = 0; cut <= text.length; cut += 3) {
      const parser = new EventStreamParser();
      const events = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
      expect(events.map((event) => event.sequence)).toEqual([5, 6]);
    }
  });

  test('is asked again after the last event that was seen', async () => {
    const asked: string[] = [];
    const stop = new AbortController();
    const answer = (text: string) => new Response(new Blob([text]).stream());
    const client = new Client({
      token: 't',
      fetch: async (input) => {
        asked.push(String(input));
        if (asked.length === 2) throw new TypeError('no network');
        if (asked.length === 3) stop.abort();
        return answer(line(7) + line(8));
      },
    });
    const seen: SequencedEvent[] = [];
    const opened: boolean[] = [];
    const away: string[] = [];
    await followEvents(
      client,
      {
        onEvent: (event) => seen.push(event),
        onOpen: (resumed) => opened.push(resumed),
        onAway: (error) => away.push(error.report.code),
      },
      stop.signal,
    );
    expect(asked.slice(0, 3)).toEqual(['/api/events', '/api/events?after=8', '/api/events?after=8']);
    expect(opened[0]).toBe(false);
    expect(seen.slice(0, 2).map((event) => event.sequence)).toEqual([7, 8]);
    expect(away).toEqual(['client.engine_away']);
  });

  test('is waited for longer each time, but not for ever', () => {
    expect([0, 1, 2].map(backOff)).toEqual([250, 500, 1000]);
    expect(backOff(30)).toBe(5000);
  });
});

describe('what is read again after an event', () => {
  test('all after a reset', () => {
    expect(topicsOf({ type: 'reset' })).toEqual(topics);
  });

  test('nothing of a phase after a job that only looked', () => {
    expect(topicsOf({ type: 'job.changed', job: { ...job('succeeded'), kind: 'train.explain' } })).toEqual(['circle']);
  });

  test('progress changes nothing, an end does', () => {
    expect(topicsOf({ type: 'job.changed', job: job('running', { phase: 'training', done: 1, total: 2 }) })).toEqual(
      [],
    );
    expect(topicsOf({ type: 'job.changed', job: job('succeeded') })).toEqual(['circle', 'train']);
  });

  test('a moved alias shows in what serves and watches', () => {
    expect(topicsOf({ type: 'phase.changed', phase: 'package' })).toEqual(
      expect.arrayContaining(['circle', 'package', 'deploy', 'monitor']),
    );
  });
});

describe('the client', () => {
  const client = (response: Response) => new Client({ token: 'secret', fetch: async () => response });

  test('sends the token and JSON, and gives the answer', async () => {
    const sent: [string, RequestInit | undefined][] = [];
    const own = new Client({
      token: 'secret',
      fetch: async (input, init) => {
        sent.push([String(input), init]);
        return Response.json({ datasets: [] });
      },
    });
    expect(await own.call('data.list', {})).toEqual({ datasets: [] });
    expect(sent[0]?.[0]).toBe('/api/data/list');
    expect(sent[0]?.[1]).toMatchObject({ method: 'POST', body: '{}', headers: { authorization: 'Bearer secret' } });
  });

  test("throws the engine's own error", async () => {
    const report = {
      code: 'data.empty_file',
      kind: 'invalid',
      message: 'a.csv is empty.',
      hint: 'Choose another.',
      details: {},
    };
    const failed = client(Response.json({ error: report }, { status: 422 })).call('data.list', {});
    await expect(failed).rejects.toBeInstanceOf(ClientError);
    await expect(failed).rejects.toMatchObject({ report });
  });

  test('says the status of an answer that it cannot read', async () => {
    const failed = client(new Response('<html>', { status: 502 })).call('data.list', {});
    await expect(failed).rejects.toMatchObject({
      report: { code: 'client.unreadable_answer', details: { status: 502 } },
    });
  });
});
