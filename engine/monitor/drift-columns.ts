export { driftColumn, selectDriftRows, thinned, thinnedPositions } from '../statistics/drift-columns.ts';
