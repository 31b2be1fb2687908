/** A model's name made from the target: `[a-z][a-z0-9_-]*`, at most 64 long. */
export function modelName(target: string): string {
  const plain = target
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '_')
    .replaceAll(/^[^a-z]+|[_-]+$/g, '');
  return plain.slice(0, 64) || 'model';
}
