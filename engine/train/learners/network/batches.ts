import { type Random, seededRandom, shuffle } from '../../../base/random.ts';

/** Sizes of an epoch's batches: as even as can be, the larger ones first, so that none is tiny. */
export function batchSizes(rows: number, wanted: number): number[] {
  const count = Math.max(1, Math.round(rows / wanted));
  const smaller = Math.floor(rows / count);
  return Array.from({ length: count }, (_, index) => (index < rows % count ? smaller + 1 : smaller));
}

/** Uniform numbers of one epoch, whatever was drawn before: what a checkpoint need not keep. */
export function epochRandom(seed: number, epoch: number): Random {
  const seeds = seededRandom(seed);
  for (let skipped = 0; skipped < epoch; skipped++) seeds();
  return seededRandom(Math.floor(seeds() * 2 ** 32));
}

/** All positions below `rows` in a random order. */
export function shuffledPositions(rows: number, random: Random): Int32Array {
  return shuffle(
    Int32Array.from({ length: rows }, (_, index) => index),
    random,
  );
}

/** For each layer [batches, size, units], 1 with probability 1 - rate, drawn batch by batch. */
export function dropoutMasks(
  hidden: readonly number[],
  rate: number,
  { batches, size }: { batches: number; size: number },
  random: Random,
): Uint8Array[] {
  if (rate === 0) return [];
  const masks = hidden.map((units) => new Uint8Array(batches * size * units));
  for (let batch = 0; batch < batches; batch++) {
    hidden.forEach((units, layer) => {
      const mask = masks[layer] as Uint8Array;
      const end = (batch + 1) * size * units;
      for (let place = batch * size * units; place < end; place++) mask[place] = random() >= rate ? 1 : 0;
    });
  }
  return masks;
}
