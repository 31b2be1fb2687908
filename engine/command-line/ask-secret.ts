import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks for a password at the terminal; what is typed is not shown. */
export function askSecret(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(''));
    lines.question('', (answer) => {
      resolve(answer);
      lines.close();
      process.stderr.write('\n');
    });
  });
}
