/**
 * Draws Galley's icon, the ring as a rope with its six stations, and writes `resources/icons/icon.svg`. The PNG beside it
 * is the same drawing at 512 x 512: `node scripts/make-icon.mjs` needs an installed Chromium (`GALLEY_BROWSER` or
 * /usr/bin/chromium) for it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './setup/paths.mjs';

const size = 512;
const centre = size / 2;
const radius = 152;
const strands = 5;
const amplitude = 15;
const turns = 1.25;
const stations = 6;
const ink = '#11151c';
const copper = '#e08a4f';
const light = '#f2f2ef';

const folder = join(root, 'resources', 'icons');
const svg = drawIcon();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'icon.svg'), svg);
await drawPng(join(folder, 'icon.png'));

function drawIcon() {
  const arcs = Array.from({ length: stations }, (_, station) => station);
  const ropes = arcs.flatMap((arc) => Array.from({ length: strands }, (_, strand) => strandPath(arc, strand)));
  const discs = arcs.map((station) => disc(station));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}">
  <rect x="16" y="16" width="480" height="480" rx="108" fill="${ink}"/>
  <g fill="none" stroke="${copper}" stroke-width="5" stroke-linecap="round">
    ${ropes.join('\n    ')}
  </g>
  <g fill="${light}" stroke="${ink}" stroke-width="10">
    ${discs.join('\n    ')}
  </g>
</svg>
`;
}

/** One strand of the rope between a station and the next, as in the window's ring. @param {number} arc @param {number} strand */
function strandPath(arc, strand) {
  const steps = 24;
  const points = Array.from({ length: steps + 1 }, (_, step) => {
    const t = step / steps;
    const swing = Math.cos(2 * Math.PI * (strand / strands + turns * t));
    return point(arc + t, radius + amplitude * Math.max(0, Math.sin(Math.PI * t)) ** 0.9 * swing);
  });
  return `<path d="M${points.join('L')}"/>`;
}

/** @param {number} station */
function disc(station) {
  const [x, y] = point(station, radius).split(' ');
  return `<circle cx="${x}" cy="${y}" r="${station === 0 ? 38 : 30}"${station === 0 ? ` fill="${copper}"` : ''}/>`;
}

/** @param {number} station position on the ring, 0 at the top, 6 around @param {number} distance from the centre */
function point(station, distance) {
  const angle = (station / stations) * 2 * Math.PI - Math.PI / 2;
  return `${(centre + distance * Math.cos(angle)).toFixed(1)} ${(centre + distance * Math.sin(angle)).toFixed(1)}`;
}

/** @param {string} path */
async function drawPng(path) {
  const executablePath = process.env.GALLEY_BROWSER ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${svg}`);
  await page.screenshot({ path, omitBackground: true });
  await browser.close();
}
