import { setImmediate as turn } from 'node:timers/promises';
import sax from 'sax';
import { type Archive, corrupt } from './archive.ts';

const charactersPerTurn = 1 << 20;

export interface XmlVisitor {
  open?(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
  /** True once the rest is of no interest. */
  isDone?(): boolean;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/**
 * Visits the elements of an XML file in an archive, by their names without prefix. Document types, and with them entities
 * of their own, are refused: workbooks have none.
 * @param onProgress called with the characters read so far
 * @throws GalleyError `data.corrupt_file`, what the visitor throws
 */
export async function visitXml(
  archive: Archive,
  entryName: string,
  visitor: XmlVisitor,
  onProgress: (characters: number) => void = () => {},
): Promise<void> {
  const parser = sax.parser(true, { strictEntities: true } as sax.SAXOptions);
  let failure: Error | undefined;
  parser.onerror = (error) => {
    failure ??= error;
  };
  parser.ondoctype = () => {
    throw corrupt(archive.name, new Error(`${entryName} declares a document type, which workbooks do not have`));
  };
  parser.onopentag = ({ name, attributes }) => visitor.open?.(localName(name), attributes as Record<string, string>);
  parser.onclosetag = (name) => visitor.close?.(localName(name));
  parser.ontext = (text) => visitor.text?.(text);
  parser.oncdata = (text) => visitor.text?.(text);
  const stream = await archive.stream(entryName);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let characters = 0;
  let nextTurn = charactersPerTurn;
  try {
    for await (const chunk of stream) {
      const text = decoder.decode(chunk as Buffer, { stream: true });
      parser.write(text);
      if (failure) throw failure;
      if (visitor.isDone?.()) return;
      characters += text.length;
      if (characters < nextTurn) continue;
      nextTurn = characters + charactersPerTurn;
      onProgress(characters);
      await turn();
    }
    parser.write(decoder.decode());
    parser.close();
    if (failure) throw failure;
  } catch (cause) {
    throw corrupt(archive.name, cause);
  } finally {
    stream.destroy();
  }
}
