import { crc32, deflateRawSync } from 'node:zlib';

interface PackedEntry {
  packed: Buffer;
  /** Size that the archive states. */
  bytes: number;
}

/** A zip archive, also with entries whose names and sizes no honest tool would write. */
export function zipOf(
  entries: Record<string, string | Buffer>,
  packedEntries: Record<string, PackedEntry> = {},
): Buffer {
  const all = [
    ...Object.entries(entries).map(([name, content]) => {
      const plain = Buffer.from(content as string);
      return { name, packed: deflateRawSync(plain), bytes: plain.length, checksum: crc32(plain) };
    }),
    ...Object.entries(packedEntries).map(([name, entry]) => ({ name, ...entry, checksum: 0 })),
  ];
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, packed, bytes, checksum } of all) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(checksum, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), common, place, Buffer.from(name));
    const entry = [Buffer.from('504b0304', 'hex'), common, Buffer.from(name), packed];
    parts.push(...entry);
    offset += entry.reduce((sum, part) => sum + part.length, 0);
  }
  const directoryBytes = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(all.length, 8);
  end.writeUInt16LE(all.length, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
