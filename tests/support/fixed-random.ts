import fc from 'fast-check';

/** Every run draws the same cases; a failure names its seed and path, and other seeds are tried by hand (`GALLEY_SEED=7`). */
fc.configureGlobal({ seed: Number(process.env.GALLEY_SEED ?? 5) });
