import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { canvasToPng } from './save-file.ts';

export type PictureKind = 'png' | 'svg';

export interface PictureSize {
  width: number;
  height: number;
}

/** A chart as a file of its own: drawn anew from its options on the ground of its card. */
export async function pictureOf(
  option: EChartsCoreOption,
  ground: string,
  size: PictureSize,
  kind: PictureKind,
): Promise<Blob> {
  const { echarts } = await import('./echarts.ts');
  const drawn = { ...option, backgroundColor: ground };
  if (kind === 'svg') {
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
    return finished(chart, drawn, async () => new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' }));
  }
  const chart = echarts.init(document.createElement('div'), null, { renderer: 'canvas', ...size });
  return finished(chart, drawn, () => canvasToPng(chart.renderToCanvas({ pixelRatio: 2 })));
}

async function finished(chart: ECharts, option: EChartsCoreOption, take: () => Promise<Blob>): Promise<Blob> {
  try {
    chart.setOption(option);
    return await take();
  } finally {
    chart.dispose();
  }
}
