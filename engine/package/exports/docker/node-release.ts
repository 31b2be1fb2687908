/** The release of Node that images are built on, as its official image is tagged. */
export const nodeRelease = '24.22.3';
