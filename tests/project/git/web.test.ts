import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { parseGitAddress } from '../../../engine/project/git/git-place.ts';
import { cleaning, gitProject } from '../../support/git-project.ts';
import { gitBackend, startGitServer } from '../../support/git-server.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function needsServer(context: Pick<TestContext, 'skip'>): string {
  const backend = gitBackend();
  return backend ?? context.skip('git http-backend is not installed');
}

test('projects push, clone and pull over http from a real server of Git', async (context) => {
  const server = await startGitServer(needsServer(context));
  const first = await gitProject();
  first.write('recipes/clean.yaml', cleaning(3));
  await first.git.gitLink({ address: server.url });
  expect(await first.pull()).toEqual({ arrival: null });
  await first.commit('First');
  expect(await first.push()).toMatchObject({ sent: true, address: server.url, branch: 'main' });
  expect(await first.push()).toMatchObject({ sent: false });
  expect(execFileSync('git', ['-C', server.folder, 'fsck', '--strict'], { encoding: 'utf8' })).toBe('');
  const path = join(temporaryFolder(), 'second');
  expect(await first.clone(server.url, path)).toMatchObject({ head: { title: 'First' } });
  const second = await gitProject({ path });
  second.write('recipes/clean.yaml', cleaning(4));
  await second.commit('Second');
  await second.push();
  first.write('recipes/other.yaml', cleaning(4));
  await first.commit('Beside it');
  await expect(first.push()).rejects.toMatchObject({ code: 'project.git_behind' });
  await first.accept();
  await first.push();
  await second.accept();
  expect([second.read('recipes/other.yaml'), first.read('recipes/clean.yaml')]).toEqual([cleaning(4), cleaning(4)]);
  expect(execFileSync('git', ['-C', server.folder, 'fsck', '--strict'], { encoding: 'utf8' })).toBe('');
});

test('a password gets in from where secrets are kept, and stands in no file and no message', async (context) => {
  const server = await startGitServer(needsServer(context), 'hush-hush');
  const address = server.url.replace('http://', 'http://ada@');
  const project = await gitProject();
  project.write('recipes/clean.yaml', cleaning(3));
  await project.git.gitLink({ address });
  await project.commit('First');
  await expect(project.push()).rejects.toMatchObject({ code: 'project.git_access' });
  await project.git.gitLink({ address, secret: 'wrong-one' });
  await expect(project.push()).rejects.toMatchObject({
    code: 'project.git_access',
    message: expect.not.stringContaining('wrong-one'),
  });
  await project.git.gitLink({ address: server.url.replace('http://', 'http://ada:hush-hush@') });
  expect(await project.push()).toMatchObject({ sent: true });
  const status = await project.git.gitStatus({});
  expect(JSON.stringify(status)).not.toContain('hush-hush');
  expect(readFileSync(join(project.path, '.git', 'config'), 'utf8')).not.toContain('hush-hush');
});

test('a variable of the engine is read only for a project that is trusted', async (context) => {
  const server = await startGitServer(needsServer(context), 'of-the-engine');
  const address = server.url.replace('http://', 'http://ada@');
  const environment = { TEAM_TOKEN: 'of-the-engine' };
  for (const trusted of [false, true]) {
    const project = await gitProject({ environment, trusted });
    await project.git.gitLink({ address, secretVariable: 'TEAM_TOKEN' });
    await project.commit('First');
    if (trusted) expect(await project.push()).toMatchObject({ sent: true });
    else await expect(project.push()).rejects.toMatchObject({ code: 'data.source_not_trusted' });
  }
  expect(server.requests.filter(({ authorization }) => authorization !== undefined).length).toBeGreaterThan(0);
});

test('no redirect is followed, nothing is sent in clear, and what is no repository is told as such', async (context) => {
  const server = await startGitServer(needsServer(context));
  const project = await gitProject();
  await project.git.gitLink({ address: server.url.replace('team.git', 'moved.git') });
  await expect(project.pull()).rejects.toMatchObject({ code: 'project.git_address' });
  expect(server.requests.map(({ path }) => path).filter((path) => path.startsWith('/team.git'))).toEqual([]);
  await project.git.gitLink({ address: server.url.replace('team.git', 'none.git') });
  await expect(project.pull()).rejects.toMatchObject({ code: 'project.git_not_found' });
  await expect(project.git.gitLink({ address: 'http://ada:token@git.example.org/x.git' })).rejects.toMatchObject({
    code: 'project.git_address',
    message: expect.not.stringContaining('token'),
  });
  await project.git.gitLink({ address: 'http://127.0.0.1:9/x.git' });
  await expect(project.pull()).rejects.toMatchObject({ code: 'data.host_unreachable' });
});

test.for([
  'ssh://git@example.org/x.git',
  'git@example.org:team/x.git',
  'relative/path',
  'ftp://example.org/x',
  'git://example.org/x',
  'http://git.example.org/x.git',
  'http://127.0.0.1.example.org/x.git',
])('%s is no address', async (address) => {
  const project = await gitProject();
  await expect(project.git.gitLink({ address })).rejects.toMatchObject({ code: 'project.git_address' });
});

test('a password stands in no message, and a token that stands where the user does is a password', () => {
  for (const address of ['ftp://ada:hidden/@example.org/x', 'ssh://ada:hidden@example.org/x', 'https://ada:hidden@'])
    expect(() => parseGitAddress(address)).toThrow(
      expect.objectContaining({
        code: 'project.git_address',
        message: expect.not.stringContaining('hidden'),
        details: { address: expect.not.stringContaining('hidden') },
      }),
    );
  for (const token of ['ghp_16C7e42F292c6912E7', 'github_pat_11ABC_x', 'glpat-abc_d'])
    expect(parseGitAddress(`https://${token}@github.com/team/x.git`)).toEqual({
      place: { kind: 'web', url: 'https://github.com/team/x.git', user: undefined },
      secret: token,
    });
  expect(parseGitAddress('https://ghost@github.com/x').place).toMatchObject({ user: 'ghost' });
});
