import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

const longestLine = 2000;
/** What an output says in more lines than this is not written down, but for the end that an error tells. */
const mostLines = 10_000;
const lastLines = 10;
/** A shorter secret would black out words that have nothing to do with it. */
const shortestSecret = 4;

/** Cuts what a program says into lines, without control characters and secrets, and keeps the last ones. */
export class LogLines {
  readonly last: string[] = [];
  readonly #log: (line: string) => void;
  /** The longest first. */
  readonly #secrets: readonly string[];
  #count = 0;

  /** @param secrets texts that stand as `***` in every line */
  constructor(log: (line: string) => void, secrets: readonly string[]) {
    this.#log = log;
    this.#secrets = secrets
      .flatMap((secret) => secret.split(/[\r\n]+/))
      .filter(({ length }) => length >= shortestSecret)
      .sort((one, other) => other.length - one.length);
  }

  /** Takes one of the program's outputs; call the answer with each part of it, and with nothing at its end. */
  output(): (part?: Buffer) => void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    return (part) => {
      const lines = (rest + (part ? decoder.write(part) : decoder.end())).split(/\r\n|[\r\n]/);
      rest = part ? (lines.pop() ?? '') : '';
      for (const line of lines) this.#add(line);
      if (rest.length > longestLine) rest = this.#addBegin(rest);
    };
  }

  /** Takes the begin of a line; answers the end of it, which may be the begin of a secret. */
  #addBegin(text: string): string {
    const hidden = this.#hidden(text);
    const end = hidden.length - Math.max(0, (this.#secrets[0]?.length ?? 1) - 1);
    this.#add(hidden.slice(0, end));
    return hidden.slice(end);
  }

  #add(text: string): void {
    const line = plain(this.#hidden(text)).slice(0, longestLine);
    if (line === '') return;
    this.last.push(line);
    if (this.last.length > lastLines) this.last.shift();
    this.#count += 1;
    if (this.#count < mostLines) this.#log(line);
    else if (this.#count === mostLines) this.#log('What it says from here on is left out.');
  }

  #hidden(text: string): string {
    return this.#secrets.reduce((line, secret) => line.replaceAll(secret, '***'), text);
  }
}

/** Without colours and other commands of terminals. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trimEnd();
}
