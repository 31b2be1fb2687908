/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What never stands in a source as it is: controls, line breaks, and what turns the direction of writing. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text as a literal of Python; half characters become U+FFFD. */
export function pythonText(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll(/[\\"]/g, (character) => `\\${character}`)
    .replaceAll(unprintable, (character) => `\\U${hexadecimal(character.codePointAt(0), 8)}`);
  return `"${escaped}"`;
}

/** A text as a literal of Groovy in which `$` is just a character; half characters become U+FFFD. */
export function groovyText(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll(/[\\']/g, (character) => `\\${character}`)
    .replaceAll(unprintable, (character) => shortEscapes[character] ?? groovyEscape(character));
  return `'${escaped}'`;
}

/** A text as one line of a comment of Groovy, which reads `\\u000a` as a line break there, too. */
export function groovyComment(text: string): string {
  return oneLine(text).replaceAll('\\', '\\\\');
}

/** Groovy reads `\\u` before it reads literals: an escaped line break would end the line. */
const shortEscapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

function groovyEscape(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${hexadecimal(character.charCodeAt(at), 4)}`).join('');
}

function hexadecimal(code: number | undefined, digits: number): string {
  return (code ?? 0).toString(16).padStart(digits, '0');
}

/** A text in which GitHub finds no expression. */
export function gitHubText(text: string): string {
  return text.replaceAll('${{', `\${{ '\${{' }}`);
}

/** A text in which Argo finds no expression: the braces get a space between them. */
export function argoText(text: string): string {
  return text.replaceAll(/\{(?=\{)/g, '{ ');
}

/** A text as one line, for comments and titles. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
