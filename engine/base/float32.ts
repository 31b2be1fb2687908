/** The largest finite float32. */
export const largestFloat32 = 3.4028234663852886e38;
