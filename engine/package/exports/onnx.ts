import { checkGolden } from './check-golden.ts';
import { type Exporter, versionFilesIn } from './exporter.ts';

/** The files of the version as they are, once its graph has answered the golden set again. @throws GalleyError `package.parity_failed` */
export const exportOnnx: Exporter = async (source, control) => {
  await checkGolden(source, control);
  return versionFilesIn(source, '');
};
