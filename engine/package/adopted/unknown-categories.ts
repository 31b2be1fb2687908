import { type WireField, wireFields, wireInteger, wireText } from '../../base/onnx/protobuf-reader.ts';
import { ProtobufWriter } from '../../base/onnx/protobuf-writer.ts';
import { rewriteMessage } from '../../base/onnx/wire-messages.ts';

const nodeFields = { operator: 4, attribute: 5 } as const;
const attributeFields = { name: 1, integer: 3 } as const;

/**
 * A file in which one-hot encoders take a category that they do not know for none of theirs. As libraries write them they stop
 * there, with all rows that are asked for at once.
 * @returns undefined where no encoder of the file stops.
 */
export function takingUnknownCategories(onnx: Uint8Array): Uint8Array | undefined {
  let isChanged = false;
  const taking = rewriteMessage('model', onnx, (kind, field) => {
    const isNode = (kind === 'graph' && field.number === 1) || (kind === 'function' && field.number === 7);
    if (!isNode || !isStrictEncoder(field)) return undefined;
    isChanged = true;
    const writer = new ProtobufWriter();
    writer.message(field.number, (node) => {
      for (const inner of wireFields(field.content)) {
        if (!isStopping(inner)) node.raw(inner.whole);
      }
    });
    return writer.finish();
  });
  return isChanged ? taking : undefined;
}

function isStrictEncoder({ content }: WireField): boolean {
  const fields = [...wireFields(content)];
  return fields.some(isEncoder) && fields.some(isStopping);
}

function isEncoder(field: WireField): boolean {
  return field.number === nodeFields.operator && wireText(field) === 'OneHotEncoder';
}

/** The attribute `zeros` of 0; where it is absent, unknown categories are taken. */
function isStopping({ number, content }: WireField): boolean {
  if (number !== nodeFields.attribute) return false;
  const fields = [...wireFields(content)];
  const isZeros = fields.some((field) => field.number === attributeFields.name && wireText(field) === 'zeros');
  return isZeros && !fields.some((field) => field.number === attributeFields.integer && wireInteger(field) !== 0);
}
