import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProtobufWriter } from '../../engine/base/onnx/protobuf-writer.ts';
import { readForeignModel } from '../../engine/package/adopted/read-foreign-model.ts';

const fixtures = new URL('../fixtures/adopted/', import.meta.url).pathname;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-foreign-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Parts {
  irVersion?: number;
  opset?: number;
  mlOpset?: number;
  operator?: string;
  domain?: string;
  /** Fields of a TensorProto. */
  tensor?: (writer: ProtobufWriter) => void;
  /** Fields of an attribute of the node. */
  attribute?: (writer: ProtobufWriter) => void;
}

/** An ONNX file with one node, which may be hostile. */
function onnxFile({
  irVersion = 8,
  opset = 17,
  mlOpset,
  operator = 'Abs',
  domain = '',
  tensor,
  attribute,
}: Parts = {}) {
  const writer = new ProtobufWriter();
  writer.integer(1, irVersion);
  writer.message(7, (graph) => {
    graph.message(1, (node) => {
      node.text(1, 'x');
      node.text(2, 'y');
      node.text(4, operator);
      if (attribute) node.message(5, attribute);
      if (domain !== '') node.text(7, domain);
    });
    if (tensor) graph.message(5, tensor);
    for (const [field, name] of [
      [11, 'x'],
      [12, 'y'],
    ] as const) {
      graph.message(field, (value) => value.text(1, name));
    }
  });
  writer.message(8, (entry) => entry.integer(2, opset));
  if (mlOpset !== undefined) {
    writer.message(8, (entry) => {
      entry.text(1, 'ai.onnx.ml');
      entry.integer(2, mlOpset);
    });
  }
  return writer.finish();
}

/** A tensor whose four float values lie in another file. */
function external(location: string, more: Record<string, string> = {}) {
  return (tensor: ProtobufWriter) => {
    tensor.integer(1, 4);
    tensor.integer(2, 1);
    tensor.text(8, 'w');
    for (const [key, value] of Object.entries({ location, ...more })) {
      tensor.message(13, (entry) => {
        entry.text(1, key);
        entry.text(2, value);
      });
    }
    tensor.integer(14, 1);
  };
}

function written(bytes: Uint8Array, name = 'model.onnx'): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function refused(path: string): { code: string; message: string; details?: Record<string, unknown> } {
  try {
    readForeignModel(path);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error(`${path} was taken`);
}

describe('a file from elsewhere', () => {
  it.each([
    ['sklearn-columns', 'skl2onnx 1.20.0', ['age', 'income', 'plan', 'region']],
    ['sklearn-matrix', 'skl2onnx 1.20.0', ['X']],
    ['xgboost-matrix', 'OnnxMLTools 1.16.0', ['input']],
    ['lightgbm-zipmap', 'OnnxMLTools 1.16.0', ['input']],
  ])('tells what is in %s', (name, producer, inputs) => {
    const { read, foreign, sha256 } = readForeignModel(join(fixtures, name, 'model.onnx'));
    expect(read.producer).toBe(producer);
    expect(read.inputs.map((input) => input.name)).toEqual(inputs);
    expect(foreign.onnx.length).toBeGreaterThan(500);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells types and shapes', () => {
    const { read } = readForeignModel(join(fixtures, 'sklearn-columns', 'model.onnx'));
    expect(read.inputs[0]).toEqual({ name: 'age', type: 'int64', shape: [null, 1] });
    expect(read.inputs[2]).toEqual({ name: 'plan', type: 'string', shape: [null, 1] });
    expect(read.outputs[1]).toEqual({ name: 'output_probability', type: 'sequence', shape: undefined });
    const zipMap = read.nodes.find(({ operator }) => operator === 'ZipMap');
    expect(zipMap?.list('classlabels_strings')).toEqual(['no', 'yes']);
  });

  it('is refused where it is not there, or a folder', () => {
    expect(refused(join(folder, 'none.onnx'))).toMatchObject({ code: 'package.file_not_found' });
    expect(refused(folder)).toMatchObject({ code: 'package.file_not_found' });
  });

  it('is refused by its size before it is read', () => {
    const path = written(new Uint8Array(), 'large.onnx');
    truncateSync(path, 3 * 2 ** 30);
    const error = refused(path);
    expect(error.code).toBe('package.file_too_large');
    expect(error.message).toContain('3,072 MiB');
    expect(error.message).toContain('256 MiB');
  });

  it.each(['model.pkl', 'model.joblib', 'model.pickle.gz'])('is never opened where it is called %s', (name) => {
    expect(refused(written(onnxFile(), name))).toMatchObject({ code: 'package.pickle_refused' });
  });

  it('is never opened where it begins as a pickle', () => {
    expect(refused(written(Uint8Array.of(0x80, 4, 0x95, 1, 2), 'model.onnx'))).toMatchObject({
      code: 'package.pickle_refused',
    });
  });

  it.each([
    ['model.h5', [0x89, 0x48, 0x44, 0x46], 'Keras'],
    ['model.keras', [0x50, 0x4b, 3, 4], 'Keras'],
    ['model.pt', [0x50, 0x4b, 3, 4], 'PyTorch'],
    ['model.onnx', [0x89, 0x48, 0x44, 0x46, 0x0d], 'Keras'],
  ])('is refused as %s of another library', (name, head, maker) => {
    const error = refused(written(Uint8Array.from(head), name));
    expect(error.code).toBe('package.format_unsupported');
    expect(error.message).toContain(maker);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a text', new TextEncoder().encode('model: none\n')],
    ['half a file', onnxFile().subarray(0, 20)],
    ['a number of eleven bytes', Uint8Array.of(8, ...new Array<number>(10).fill(255), 1)],
    ['a field that is longer than the file', Uint8Array.of(8, 8, 58, 255, 255, 255, 255, 15)],
  ])('is refused where it is no ONNX file: %s', (_, bytes) => {
    expect(refused(written(bytes))).toMatchObject({ code: 'package.not_onnx' });
  });

  it('is refused where its graphs lie too deep', () => {
    const nested = (depth: number) => (attribute: ProtobufWriter) => {
      if (depth === 0) return;
      attribute.message(6, (graph) => graph.message(1, (node) => node.message(5, nested(depth - 1))));
    };
    const error = refused(written(onnxFile({ attribute: nested(40) })));
    expect(error.code).toBe('package.not_onnx');
    expect(error.message).toContain('deep');
  });

  it.each([
    ['more than can be held', [2 ** 20, 2 ** 20]],
    ['more than the file has', [1000, 1000]],
    ['less than nothing', [-1]],
  ])('is refused where a tensor has %s', (_, shape) => {
    const tensor = (writer: ProtobufWriter) => {
      for (const size of shape) writer.integer(1, size);
      writer.integer(2, 1);
      writer.text(8, 'w');
    };
    expect(refused(written(onnxFile({ tensor })))).toMatchObject({ code: 'package.not_onnx' });
  });

  it('is refused where a tensor has more dimensions than there can be', () => {
    const tensor = (writer: ProtobufWriter) => writer.packedIntegers(1, new Array<number>(300_000).fill(1));
    const error = refused(written(onnxFile({ tensor })));
    expect(error.code).toBe('package.not_onnx');
    expect(error.message.length).toBeLessThan(200);
  });

  it.each([
    [{ opset: 99 }, 'opset 99', 'opset 26'],
    [{ mlOpset: 9 }, 'ai.onnx.ml opset 9', 'ai.onnx.ml opset 5'],
    [{ irVersion: 40 }, '40', '13'],
  ])('is refused where it is too new: %j', (parts, found, most) => {
    const error = refused(written(onnxFile(parts)));
    expect(error.code).toBe('package.opset_too_new');
    expect(error.message).toContain(found);
    expect(error.message).toContain(most);
  });

  it.each([
    [{ operator: 'Teleport' }, 'Teleport'],
    [{ operator: 'RunShell', domain: 'evil.ops' }, 'evil.ops.RunShell'],
    [{ operator: 'EPContext', domain: 'com.microsoft' }, 'com.microsoft.EPContext'],
  ])('is refused with the names of operators that nobody knows: %j', (parts, name) => {
    const error = refused(written(onnxFile(parts)));
    expect(error.code).toBe('package.unknown_operators');
    expect(error.message).toContain(name);
  });

  it('is refused for an unknown operator within a graph of a node', () => {
    const attribute = (writer: ProtobufWriter) => {
      writer.message(6, (graph) => graph.message(1, (node) => node.text(4, 'Teleport')));
    };
    expect(refused(written(onnxFile({ attribute })))).toMatchObject({ code: 'package.unknown_operators' });
  });
});

describe('weights beside a file', () => {
  it('are taken in where they lie in its folder', () => {
    mkdirSync(join(folder, 'parts'));
    writeFileSync(join(folder, 'parts', 'w.bin'), new Uint8Array(Float32Array.of(0, 1, 2, 3, 4).buffer));
    const path = written(onnxFile({ tensor: external('parts/w.bin', { offset: '4', length: '16' }) }));
    const { foreign } = readForeignModel(path);
    expect(Buffer.from(foreign.onnx).includes(Buffer.from(Float32Array.of(1, 2, 3, 4).buffer))).toBe(true);
    expect(Buffer.from(foreign.onnx).includes('w.bin')).toBe(false);
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'a/../../b', 'C:\\weights', '..\\w.bin', '', 'none.bin', '.'])(
    'are refused as "%s"',
    (location) => {
      const error = refused(written(onnxFile({ tensor: external(location) })));
      expect(error.code).toBe('package.external_data_refused');
      expect(error.message).toContain(location);
    },
  );

  it('are refused where a link leads to them', () => {
    const outside = mkdtempSync(join(tmpdir(), 'galley-outside-'));
    try {
      writeFileSync(join(outside, 'w.bin'), new Uint8Array(16));
      symlinkSync(join(outside, 'w.bin'), join(folder, 'w.bin'));
      symlinkSync(outside, join(folder, 'linked'));
      for (const location of ['w.bin', 'linked/w.bin']) {
        expect(refused(written(onnxFile({ tensor: external(location) })))).toMatchObject({
          code: 'package.external_data_refused',
        });
      }
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it.each<Record<string, string>>([
    { offset: '8', length: '16' },
    { length: '1e9' },
    { offset: '-4', length: '4' },
    { length: 'many' },
  ])('are refused where the file has not so many: %j', (more) => {
    writeFileSync(join(folder, 'w.bin'), new Uint8Array(16));
    expect(refused(written(onnxFile({ tensor: external('w.bin', more) })))).toMatchObject({
      code: 'package.external_data_refused',
    });
  });

  it('are refused where they lie within an attribute and outside of the folder', () => {
    const attribute = (writer: ProtobufWriter) => writer.message(5, external('../../etc/passwd'));
    expect(refused(written(onnxFile({ operator: 'Constant', attribute })))).toMatchObject({
      code: 'package.external_data_refused',
    });
  });

  it('are refused where together they are too large, before all are read', () => {
    const weights = join(folder, 'w.bin');
    writeFileSync(weights, '');
    truncateSync(weights, 200 * 2 ** 20);
    const length = String(200 * 2 ** 20);
    const attribute = (writer: ProtobufWriter) => writer.message(5, external('w.bin', { length }));
    const path = written(onnxFile({ operator: 'Constant', attribute, tensor: external('w.bin', { length }) }));
    expect(refused(path)).toMatchObject({ code: 'package.file_too_large' });
  });
});
