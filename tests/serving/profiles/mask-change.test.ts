import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Signature } from '../../../engine/contract/values.ts';
import { LoadedModel } from '../../../engine/serving/model.ts';
import { ModelProfiles } from '../../../engine/serving/profiles/model-profiles.ts';
import { profileDocument, wholeRange } from '../../../engine/serving/profiles/profile-document.ts';
import type { RowProfile } from '../../../engine/serving/profiles/row-profile.ts';
import { encodeProfile } from '../../../engine/statistics/profile/encode.ts';
import { modelFolder } from '../running-server.ts';
import { ridersReference } from './riders-reference.ts';

const signature = JSON.parse(readFileSync(join(modelFolder('riders-1'), 'signature.json'), 'utf8')) as Signature;
const none = { inputs: [] };
const masking = { inputs: ['temperature', 'line'] };

function emptyProfiles() {
  const runner = { runRows: () => Promise.reject(new Error('never')), release: async () => {} };
  const profiles = new ModelProfiles('riders', { now: () => 0 });
  const profile = profiles.of(new LoadedModel(1, signature, runner, null as never, ridersReference()), 'answered');
  return { profiles, profile: profile as RowProfile };
}

function add(profile: RowProfile, temperature: number | null, mask: { inputs: string[] }): void {
  const how = { eventTime: 0, now: 0, isFlagged: false, mask };
  profile.add([temperature, 0, false, 'a secret line', '2004-02-01'], { label: null, scores: [120] }, how);
}

async function columnsOf(profiles: ModelProfiles) {
  const head = { deployment: 'riders', instance: 'one', madeAt: 0 };
  const document = await profileDocument(head, profiles, 'answered', wholeRange);
  const columns = document.profiles[0]?.windows[0]?.columns;
  return { temperature: columns?.[0], line: columns?.[3], prediction: columns?.[5] };
}

test('a mask hides what was counted before, of an earlier process and of threads, too', async () => {
  const { profiles, profile } = emptyProfiles();
  const earlier = emptyProfiles().profile;
  add(earlier, 17, none);
  profile.restore(encodeProfile(earlier.profile));
  add(profile, 18, none);
  add(profile, null, none);
  expect(JSON.stringify(await columnsOf(profiles))).toContain('a secret line');
  expect(profile.binRows()[0]).toMatchObject({ missing: 1 });

  add(profile, 19, masking);
  add(earlier, 20, none);
  const taken = earlier.take();
  if (taken) profile.merge(taken, 0);
  const { temperature, line, prediction } = await columnsOf(profiles);
  const empty = ridersReference().columns.map(({ bins }) => bins.counts.map(() => 0));
  expect(temperature).toEqual({ missing: 1, masked: 5, counts: empty[0] });
  expect(line).toEqual({ masked: 6, counts: empty[3] });
  expect(prediction).toMatchObject({ minimum: 120 });
  expect([...(profile.binRows()[0]?.counts ?? [])]).toEqual(empty[0]);
});
